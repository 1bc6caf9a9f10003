import { parseTimestamp } from '#kernel'
import type { RailCall, RailOperation, RailOutcome, RailReturn } from '../rail.ts'
import type { Reading } from '../rail-adapter.ts'
import { declineOf } from './netbank-declines.ts'

const operations: Readonly<Record<string, RailOperation>> = { payin: 'charge', refund: 'refund', payout: 'payout' }
export const referenceForm = /^[0-9a-f]{20}$/

/** The bank's references have 20 characters: the random end of the call's id. */
export function referenceOf({ id, handle }: RailCall): string {
  return handle?.reference ?? id.replaceAll('-', '').slice(-20)
}

export function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(JSON.parse(text))
  } catch {
    return {}
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function textsOf(value: unknown): (name: string) => string {
  const fields = fieldsOf(value)
  return (name) => (typeof fields[name] === 'string' ? fields[name] : '')
}

export function readAmount(text: string): bigint | undefined {
  return /^\d{1,18}$/.test(text) ? BigInt(text) : undefined
}

/** As an answer, a callback or a statement shows it. Undefined when it has not the documented form. */
function readTransaction(value: unknown) {
  const text = textsOf(value)
  const [state = '', code = '', asset, bankReference = ''] = ['state', 'reason', 'currency', 'bank_reference'].map(text)
  const [, kind = '', isReturn] = /^(payin|refund|payout)(_return)?$/.exec(text('kind')) ?? []
  // A return has no reference of ours. It names what came back.
  const reference = text(isReturn ? 'original' : 'reference')
  const [operation, amount, at] = [operations[kind], readAmount(text('amount')), parseTimestamp(text('changed_at'))]
  const isForm = /^(awaiting_payer|accepted|done|refused)$/.test(state) && referenceForm.test(reference)
  if (!isForm || !operation || amount === undefined || at === undefined || !asset || !bankReference) return undefined
  return { reference, bankReference, operation, isReturn: isReturn !== undefined, state, amount, asset, code, at }
}

function endOf({ state, reference: railReference, amount, code }: NonNullable<ReturnType<typeof readTransaction>>) {
  if (state === 'done') return { kind: 'succeeded', railReference, amount } as const
  return state === 'refused' ? ({ kind: 'failed', decline: declineOf(code), railReference } as const) : undefined
}

/** The outcome of the call, if the transaction is its. */
export function outcomeOf(call: RailCall, answered: unknown): RailOutcome {
  const read = readTransaction(answered)
  const { returned, page } = fieldsOf(answered)
  const isOfCall = read?.reference === referenceOf(call) && read.operation === call.operation && !read.isReturn
  const returns = Array.isArray(returned) ? returned.map(readReturn) : []
  if (read === undefined || !isOfCall || read.asset !== call.asset || returns.includes(undefined)) {
    return { kind: 'unknown', why: 'an answer about another transaction, or of another form' }
  }
  const end = endOf(read)
  if (end?.kind === 'succeeded' && returns.length > 0) return { ...end, returns: returns.flatMap((one) => one ?? []) }
  if (end !== undefined) return end
  const [url, expiresAt] = [textsOf(page)('url'), parseTimestamp(textsOf(page)('valid_until'))]
  const hasPage = /^https?:/.test(url) && expiresAt !== undefined
  const railReference = read.reference
  return { kind: 'pending', railReference, ...(hasPage && { action: { kind: 'redirect', url, expiresAt } }) }
}

function readReturn(value: unknown) {
  const text = textsOf(value)
  const [amount, occurredAt] = [readAmount(text('amount')), parseTimestamp(text('at'))]
  if (amount === undefined || occurredAt === undefined) return undefined
  return { ...returnOf({ bankReference: text('bank_reference'), amount, code: text('reason') }), occurredAt }
}

type Came = { readonly bankReference: string; readonly amount: bigint; readonly code: string }

function returnOf({ bankReference: railReference, amount, code }: Came): RailReturn {
  return { railReference, amount, reason: { code, message: declineOf(code).message } }
}

/** The event that a callback or a line of a statement reports. */
export function readingOf(about: { readonly rail: string; readonly eventId: string }, reported: unknown): Reading {
  const read = readTransaction(reported)
  const { eventId } = about
  if (read === undefined) return { kind: 'problem', reason: 'a transaction of another form', eventId }
  const { reference: railReference, operation, asset, at: occurredAt } = read
  const outcome = read.isReturn ? ({ kind: 'returned', ...returnOf(read) } as const) : endOf(read)
  if (outcome === undefined) return { kind: 'nothing', eventId }
  return { kind: 'event', event: { ...about, railReference, operation, outcome, asset, occurredAt } }
}
