import type { Reversal } from '../journal/reversals.ts'
import type { RailName } from '../operations/operation.ts'
import { show } from '../operations/render.ts'
import { reverse } from '../operations/reverse.ts'
import type { World } from '../world.ts'
import { parseFields, readFlag, readText } from './fields.ts'
import type { Control } from './named-operation.ts'
import { type Answer, at, type Ending, RequestProblem } from './problem.ts'

const keyForm = /^[\x20-\x7e]{1,255}$/
const originalForm = { form: keyForm, sentence: 'must be the key of a submission' }

export function isReversal(rail: RailName, segments: readonly string[]): boolean {
  return rail === 'card' && segments.length === 1 && segments[0] === 'reversals'
}

/** Of an operation by its key, whether the rail has it or not. */
export function answerReversal(
  world: World,
  rail: RailName,
  { key, body }: { readonly key: unknown; readonly body: string },
): Ending {
  if (typeof key !== 'string' || !keyForm.test(key)) throw new RequestProblem('idempotency_key_missing')
  const original = readText(parseFields(body, ['original_idempotency_key']), 'original_idempotency_key', originalForm)
  const answer = reverse(world, { rail, key, original })
  if (answer.kind === 'hang') return 'hang'
  const operation = world.log.find(rail, original)
  const shown = { ...showReversal(answer.reversal), operation: operation === undefined ? null : show(world, operation) }
  return at({ status: 200, body: JSON.stringify(shown) }, world.timings.latencyMs)
}

function showReversal({ rail, key, original, outcome, sent, acknowledged }: Reversal): object {
  return {
    ...{ rail, idempotency_key: key, original_idempotency_key: original },
    ...{ outcome: outcome ?? null, sent, acknowledged },
  }
}

export function listReversals(world: World, rail: string | null): Answer {
  const found = [...world.reversals.all()].filter((one) => rail === null || one.rail === rail)
  return { status: 200, body: JSON.stringify({ data: found.map(showReversal) }) }
}

/** The card rail as a processor that answers no inquiries: a submission without an answer has to be reversed. */
export const reversalControl: Control = {
  fields: ['required'],
  act: (world, fields) => {
    world.conduct.requireReversals(readFlag(fields, 'required'))
    return { status: 200, body: '{}' }
  },
}
