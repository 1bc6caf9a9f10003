import { parseTimestamp, type Timestamp, type Uuid } from '#kernel'
import type { RailAction, RailDecline, RailEvent, RailOutcome, RailReturn } from '../rail.ts'
import type { RailSettlement } from '../rail-reports.ts'
import { readSettlement } from './simulator-settlement.ts'

export type SimulatorOperation = {
  readonly id: string
  readonly operation: RailEvent['operation']
  readonly status: 'pending' | 'succeeded' | 'failed'
  readonly amount: bigint
  readonly asset: string
  readonly originalReference: string | undefined
  /** Our call; for a dispute or return, the call whose money is disputed or came back. */
  readonly call: Uuid | undefined
  readonly responseCode: string
  readonly action: RailAction | undefined
  readonly message: string
  /** Whether it is what came back of an `operation`. */
  readonly isReturn: boolean
  readonly returns: readonly TimedReturn[]
  readonly settlement: RailSettlement | undefined
  readonly isPartial: boolean
  /** Of a credit: the account or address of ours, and the payer's words. */
  readonly instrument: string
  readonly text: string
}

type TimedReturn = RailReturn & { readonly occurredAt: Timestamp }

/** Keyed by code, or by operation and code (`void:12`), which takes precedence. Missing codes are `declined`. */
export type DeclineTable = Readonly<Record<string, RailDecline>>

const operations: Readonly<Record<string, RailEvent['operation']>> = {
  authorize: 'authorize',
  increment: 'authorize',
  charge: 'charge',
  capture: 'capture',
  void: 'void',
  refund: 'refund',
  payout: 'payout',
  dispute: 'dispute',
  credit: 'credit',
}
const returnEnding = '_return'
const statuses = ['pending', 'succeeded', 'failed'] as const
const amountPattern = /^[1-9]\d{0,17}$/
const callPattern = /^[0-9a-f]{32}$/
const referencePattern = /^[A-Za-z0-9_-]{1,100}$/
const assetPattern = /^[A-Z0-9-]{1,24}$/

export function readOperation(value: unknown): SimulatorOperation | undefined {
  if (!isRecord(value)) return undefined
  const { id, amount, asset } = value
  const word = typeof value.operation === 'string' ? value.operation : ''
  const isReturn = word.endsWith(returnEnding)
  const operation = operationOf(isReturn ? word.slice(0, -returnEnding.length) : word)
  const returns = readReturns(value.returns)
  const status = statuses.find((known) => known === value.status)
  if (operation === undefined || status === undefined || returns === undefined) return undefined
  if (typeof id !== 'string' || !referencePattern.test(id)) return undefined
  if (typeof amount !== 'string' || !amountPattern.test(amount)) return undefined
  if (typeof asset !== 'string' || !assetPattern.test(asset)) return undefined
  const key = operation === 'dispute' || isReturn ? value.original_idempotency_key : value.idempotency_key
  return {
    id,
    operation,
    status,
    amount: BigInt(amount),
    asset,
    originalReference: typeof value.original === 'string' ? value.original : undefined,
    call: readCall(key),
    responseCode: textOf(value.response_code),
    action: readAction(value.action),
    message: textOf(value.message),
    isReturn,
    returns,
    settlement: readSettlement(value.settlement),
    isPartial: value.partial === true,
    instrument: textOf(value.instrument),
    text: textOf(value.descriptor),
  }
}

export function readAction(value: unknown): RailAction | undefined {
  if (!isRecord(value) || typeof value.content !== 'string') return undefined
  const expiresAt = readMoment(value.expires_at)
  if (expiresAt === undefined) return undefined
  if (value.type === 'deep_link') return { kind: 'deep_link', url: value.content, expiresAt }
  return value.type === 'qr' ? { kind: 'qr', text: value.content, expiresAt } : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Undefined: not understood. Older simulators have none. */
function readReturns(value: unknown): TimedReturn[] | undefined {
  if (value === undefined) return []
  if (!Array.isArray(value)) return undefined
  const returns: TimedReturn[] = []
  for (const one of value) {
    const railReference = isRecord(one) ? readReference(textOf(one.id)) : undefined
    const amount = isRecord(one) ? readAmount(textOf(one.amount)) : undefined
    const occurredAt = isRecord(one) ? readMoment(one.created_at) : undefined
    if (railReference === undefined || amount === undefined || occurredAt === undefined) return undefined
    const reason = { code: textOf(one.response_code), message: textOf(one.message) }
    returns.push({ railReference, amount, reason, occurredAt })
  }
  return returns
}

export function operationOf(word: string): RailEvent['operation'] | undefined {
  return Object.hasOwn(operations, word) ? operations[word] : undefined
}

export function readCall(key: unknown): Uuid | undefined {
  return typeof key === 'string' && callPattern.test(key) ? key : undefined
}

export function readAmount(text: string): bigint | undefined {
  return amountPattern.test(text) ? BigInt(text) : undefined
}

export function readAsset(text: string): string | undefined {
  return assetPattern.test(text) ? text : undefined
}

export function readReference(text: string): string | undefined {
  return referencePattern.test(text) ? text : undefined
}

export function readMoment(value: unknown): Timestamp | undefined {
  return typeof value === 'string' ? parseTimestamp(value) : undefined
}

export function outcomeOf(operation: SimulatorOperation, declines: DeclineTable): RailOutcome {
  const { id: railReference, status, amount, responseCode, returns, settlement } = operation
  if (status === 'succeeded') {
    return {
      ...{ kind: 'succeeded', railReference, amount },
      ...(returns.length > 0 && { returns }),
      ...(settlement && { settlement }),
      ...(operation.isPartial && { isPartial: true }),
    }
  }
  if (status === 'pending')
    return { kind: 'pending', railReference, ...(operation.action && { action: operation.action }) }
  return {
    kind: 'failed',
    railReference,
    decline: declineOf({ operation: operation.operation, code: responseCode }, declines),
  }
}

/** Undefined when it ends nothing. Each return is an event of its own. */
export function eventOutcomeOf(
  operation: SimulatorOperation,
  declines: DeclineTable,
): RailEvent['outcome'] | undefined {
  const { id: railReference, status, amount, responseCode: code, message, isReturn, settlement } = operation
  if (operation.operation === 'credit') return creditOutcomeOf(operation)
  if (isReturn) return { kind: 'returned', railReference, amount, reason: { code, message } }
  if (status === 'succeeded') {
    const said = { ...(settlement && { settlement }), ...(operation.isPartial && { isPartial: true as const }) }
    return { kind: 'succeeded', railReference, amount, ...said }
  }
  const outcome = outcomeOf(operation, declines)
  return outcome.kind === 'failed' ? outcome : undefined
}

/** What comes back of a credit is all of it. */
function creditOutcomeOf({ id: railReference, amount, isReturn, ...credit }: SimulatorOperation): RailEvent['outcome'] {
  const { responseCode: code, message, instrument, text } = credit
  if (isReturn) return { kind: 'retracted', railReference, reason: { code, message } }
  return { kind: 'incoming', amount, ...(instrument !== '' && { to: instrument }), ...(text !== '' && { text }) }
}

export function declineOf(
  { operation, code }: { readonly operation: string; readonly code: string },
  declines: DeclineTable,
): RailDecline {
  const find = (key: string) => (Object.hasOwn(declines, key) ? declines[key] : undefined)
  const known = find(`${operation}:${code}`) ?? find(code)
  const raw = code.slice(0, 20)
  if (known !== undefined) return { advice: { kind: 'unadvised' }, ...known, raw }
  const message = `The rail declined (${raw}).`
  return { code: 'declined', remedy: 'instrument', message, raw, advice: { kind: 'unadvised' } }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
