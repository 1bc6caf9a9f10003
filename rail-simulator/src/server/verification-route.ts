import type { RailName } from '../operations/operation.ts'
import { testBehavior } from '../operations/test-values.ts'
import { type Fields, parseFields, readInstrument } from './fields.ts'
import { type Answer, invalid } from './problem.ts'

/** Every instrument is hers. */
const holder = 'Asha Rao'

export function isVerification(segments: readonly string[]): boolean {
  return segments.length === 1 && segments[0] === 'verifications'
}

/** An instrument that a payout would decline is not eligible. Another name with the same first word is close. */
export function answerVerification(rail: RailName, body: string): Answer {
  const fields = parseFields(body, ['instrument', 'name'])
  const behavior = testBehavior(rail, 'payout', readInstrument(fields))
  const name_match = matchOf(nameIn(fields))
  const name = name_match === 'close_match' ? holder : null
  return { status: 200, body: JSON.stringify({ eligible: behavior?.name !== 'decline', name_match, name }) }
}

function nameIn({ name }: Fields): string | undefined {
  if (name === undefined || typeof name === 'string') return name
  throw invalid({ param: 'name', detail: 'must be a text' })
}

function matchOf(name: string | undefined): string {
  if (name === undefined) return 'not_possible'
  const [given, known] = [name.toLowerCase(), holder.toLowerCase()]
  if (given === known) return 'match'
  return given.split(' ')[0] === known.split(' ')[0] ? 'close_match' : 'no_match'
}
