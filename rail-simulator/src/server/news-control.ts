import { happen } from '../operations/ending.ts'
import { type Operation, railNames, type Settlement } from '../operations/operation.ts'
import { newsOf, show } from '../operations/render.ts'
import { successCode } from '../operations/response-codes.ts'
import type { World } from '../world.ts'
import { type Fields, readAmount, readAsset, readInstrument, readNumber, readOneOf, readText } from './fields.ts'
import { type Control, readCode, readOperation } from './named-operation.ts'
import { type Answer, invalid, problem } from './problem.ts'

// What a rail reports without having been asked, besides ends, returns and disputes.

const amounts = ['fee', 'net', 'settled_amount'] as const
const most = 1_000_000
const withNews = railNames.filter((rail) => rail !== 'netbank')

export const newsControls: readonly (readonly [string, Control])[] = [
  ['credits', { fields: ['rail', 'amount', 'asset', 'instrument', 'text'], act: receiveCredit }],
  ['settlements', { fields: ['operation', ...amounts, 'asset', 'settled_on', 'batch', 'references'], act: settle }],
  ['progress', { fields: ['operation', 'confirmations', 'required'], act: progress }],
  ['notices-of-change', { fields: ['operation', 'instrument', 'response_code'], act: correct }],
]

/** Somebody pays in, and no call has asked for it. */
function receiveCredit(world: World, fields: Fields): Answer {
  const rail = readOneOf(fields.rail, 'rail', withNews)
  const descriptor = fields.text === undefined ? undefined : readWords(fields, 'text')
  const about = { amount: readAmount(fields), asset: readAsset(fields), instrument: readInstrument(fields) }
  const credit = happen(
    world,
    { rail, kind: 'credit', original: undefined, descriptor, ...about },
    { code: successCode },
  )
  return { status: 201, body: JSON.stringify(show(world, credit)) }
}

function settle(world: World, fields: Fields): Answer {
  const operation = readOperation(world, fields.operation)
  if (operation.status !== 'succeeded') return problem('declined', { detail: 'only a success is settled' })
  const settlement: Settlement = {
    ...operation.settlement,
    ...Object.fromEntries(
      amounts.flatMap((name) => (fields[name] === undefined ? [] : [[name, readDigits(fields, name)]])),
    ),
    ...(fields.asset !== undefined && { asset: readAsset(fields) }),
    ...(fields.settled_on !== undefined && { settled_on: readDate(fields) }),
    ...(fields.batch !== undefined && { batch: readWords(fields, 'batch') }),
    ...(fields.references !== undefined && { references: readReferences(fields.references) }),
  }
  world.log.change(operation, { settlement })
  return reported(world, operation, { type: 'operation.settled' })
}

function progress(world: World, fields: Fields): Answer {
  const operation = readOperation(world, fields.operation)
  const confirmations = readNumber(fields.confirmations, 'confirmations', most)
  const required = fields.required === undefined ? null : readNumber(fields.required, 'required', most)
  return reported(world, operation, { type: 'operation.progress', notice: { confirmations, required } })
}

function correct(world: World, fields: Fields): Answer {
  const operation = readOperation(world, fields.operation)
  const notice = { instrument: readInstrument(fields), response_code: readCode(fields, 'response_code') }
  return reported(world, operation, { type: 'operation.notice_of_change', notice })
}

function reported(world: World, operation: Operation, news: Parameters<typeof newsOf>[2]): Answer {
  readOneOf(operation.rail, 'operation.rail', withNews)
  world.log.change(operation, { events: operation.events + 1 })
  void world.callbacks.send(newsOf(world, operation, news))
  return { status: 200, body: JSON.stringify(show(world, operation)) }
}

function readWords(fields: Fields, name: string): string {
  return readText(fields, name, { form: /^.{1,140}$/u, sentence: 'must be 1 to 140 characters' })
}

function readDigits(fields: Fields, name: string): string {
  return readText(fields, name, { form: /^\d{1,18}$/, sentence: 'must be a string of 1 to 18 digits' })
}

function readDate(fields: Fields): string {
  return readText(fields, 'settled_on', { form: /^\d{4}-\d{2}-\d{2}$/, sentence: 'must be a date' })
}

function readReferences(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) throw invalid({ param: 'references', detail: 'must be an object' })
  return Object.fromEntries(
    Object.entries(value).map(([name, reference]) => {
      if (typeof reference !== 'string') throw invalid({ param: `references.${name}`, detail: 'must be a text' })
      return [name, reference]
    }),
  )
}
