import type { HttpClient } from '#platform/http-client'
import type { RailEvent } from '../rail.ts'
import type { Reading, StatementOffer, StatementSource } from '../rail-adapter.ts'
import { type LineFile, leaveUnread, readLines } from '../read-lines.ts'
import { bankDeclines } from './bank-declines.ts'
import {
  declineOf,
  isRecord,
  operationOf,
  parseJson,
  readAmount,
  readAsset,
  readCall,
  readMoment,
  readReference,
} from './simulator-operation.ts'

const columns =
  'line,event_id,operation,reference,idempotency_key,original,amount,asset,outcome,reason_code,occurred_at'
const namePattern = /^\d{4}-\d{2}-\d{2}$/
const eventPattern = /^[A-Za-z0-9_-]{1,100}$/
const returnPrefix = 'ret_'
const pageMax = 100

/** One CSV file for each day with events. */
export function createBankStatements(http: HttpClient, rail: string): StatementSource {
  const reader: LineFile['reader'] = (header) =>
    header === columns
      ? (line, number) => readLine({ rail, line }, number)
      : { refused: 'The header of the statement is not the one known.' }
  return {
    list: async (after) => {
      const from = after === undefined ? '' : `&after=${after}`
      const reply = await http.call({ method: 'GET', path: `/bank/statements?limit=${pageMax}${from}` })
      if (reply.kind !== 'answered') return { ok: false, why: reply.why }
      const offers = reply.status === 200 ? readOffers(parseJson(reply.body)) : undefined
      return offers === undefined ? { ok: false, why: `the list of statements: ${reply.status}` } : { ok: true, offers }
    },
    read: (offer, position) => readLines({ offer, position, open: () => openFile(http, offer.name), reader }),
  }
}

async function openFile(http: HttpClient, name: string) {
  const reply = await http.stream({ path: `/bank/statements/${name}` })
  if (reply.kind !== 'streaming') return { ok: false, why: reply.why } as const
  if (reply.status === 200) return { ok: true, chunks: reply.chunks } as const
  await leaveUnread(reply.chunks)
  return { ok: false, why: `statement ${name}: ${reply.status}` } as const
}

function readOffers(value: unknown): StatementOffer[] | undefined {
  if (!isRecord(value) || !Array.isArray(value.data)) return undefined
  const offers: StatementOffer[] = []
  for (const item of value.data) {
    if (!isRecord(item) || typeof item.date !== 'string' || !namePattern.test(item.date)) return undefined
    const { date: name, lines } = item
    if (typeof lines !== 'number' || !Number.isSafeInteger(lines) || lines < 0) return undefined
    offers.push({ name, lines })
  }
  return offers
}

function readLine({ rail, line }: { readonly rail: string; readonly line: string }, number: number): Reading {
  const fields = splitCsv(line)
  if (fields === undefined) return { kind: 'problem', reason: 'the line is not CSV' }
  if (fields.length !== 11) return { kind: 'problem', reason: `the line has ${fields.length} fields instead of 11` }
  const [counted = '', eventId = '', word = '', reference = '', key = '', originalReference = ''] = fields
  const [amountText = '', assetText = '', outcomeWord = '', reason = '', moment = ''] = fields.slice(6)
  const bad = (name: string): Reading => ({ kind: 'problem', reason: `the field ${name} is not understood` })
  if (counted !== String(number))
    return { kind: 'problem', reason: `it is line ${number} and says ${counted.slice(0, 20)}` }
  if (!eventPattern.test(eventId)) return bad('event_id')
  const operation = operationOf(word)
  if (operation === undefined) return bad('operation')
  const railReference = readReference(reference)
  if (railReference === undefined) return bad('reference')
  const call = readCall(key)
  if (key !== '' && call === undefined) return bad('idempotency_key')
  if (originalReference !== '' && readReference(originalReference) === undefined) return bad('original')
  const amount = readAmount(amountText)
  if (amount === undefined) return bad('amount')
  const asset = readAsset(assetText)
  if (asset === undefined) return bad('asset')
  if (outcomeWord !== 'settled' && outcomeWord !== 'returned') return bad('outcome')
  const occurredAt = readMoment(moment)
  if (occurredAt === undefined) return bad('occurred_at')
  const outcome = outcomeIn({ railReference, amount, outcomeWord, operation, reason })
  const about = { ...(call !== undefined && { call }), ...(originalReference !== '' && { originalReference }) }
  // A return names the line that had settled.
  const isBack = outcome.kind === 'returned' || outcome.kind === 'retracted'
  const named = isBack ? originalReference : railReference
  return {
    kind: 'event',
    event: { rail, eventId, ...about, railReference: named, operation, outcome, asset, occurredAt },
  }
}

type Ended = {
  readonly railReference: string
  readonly amount: bigint
  readonly outcomeWord: 'settled' | 'returned'
  readonly operation: RailEvent['operation']
  readonly reason: string
}

/** `returned`, with a reference of its own: it had settled before. Otherwise it never settles. */
function outcomeIn({ railReference, amount, outcomeWord, operation, reason }: Ended): RailEvent['outcome'] {
  if (operation === 'credit' && outcomeWord === 'settled') return { kind: 'incoming', amount }
  if (outcomeWord === 'settled') return { kind: 'succeeded', railReference, amount }
  const { message, ...decline } = declineOf({ operation, code: reason }, bankDeclines)
  if (operation === 'credit') return { kind: 'retracted', railReference, reason: { code: reason, message } }
  if (railReference.startsWith(returnPrefix)) {
    return { kind: 'returned', railReference, amount, reason: { code: reason, message } }
  }
  return { kind: 'failed', railReference, decline: { ...decline, message } }
}

/** RFC 4180; undefined when quotation marks are misplaced. */
function splitCsv(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(',')
  const fields: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y
  for (;;) {
    const match = field.exec(line)
    if (match === null) return undefined
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '') return fields
  }
}
