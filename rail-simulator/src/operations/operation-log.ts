import { uuidv7 } from 'uuidv7'
import type { Journal } from '../journal/journal.ts'
import type { Timestamp } from '../time.ts'
import {
  idPrefixOf,
  type Operation,
  type OperationKind,
  type OperationRequest,
  type OperationStatus,
  type RailName,
} from './operation.ts'
import { toOperationRecord } from './operation-record.ts'

export type Total = {
  readonly rail: RailName
  readonly kind: OperationKind
  readonly asset: string
  readonly status: OperationStatus
  count: number
  amount: bigint
}

export type Beginning = Pick<Operation, 'status' | 'amount'> &
  Partial<
    Pick<
      Operation,
      | 'code'
      | 'completedAt'
      | 'plan'
      | 'next'
      | 'isHidden'
      | 'capturable'
      | 'expiresAt'
      | 'dispute'
      | 'isRetraction'
      | 'isPartial'
    >
  >

export type OperationFilter = {
  readonly after: number
  readonly limit: number
  readonly rail: string | undefined
  readonly kind: string | undefined
  readonly status: string | undefined
}

/** Above `retain` operations, the oldest ended ones are forgotten; the totals still count them. */
export type OperationLog = {
  readonly find: (rail: RailName, key: string) => Operation | undefined
  readonly get: (id: string) => Operation | undefined
  readonly add: (request: OperationRequest, requested: bigint, at: Timestamp, beginning: Beginning) => Operation
  /** Every change goes through here, so that the totals and the journal include it. */
  readonly change: (operation: Operation, change: Partial<Operation>) => void
  readonly totals: () => Iterable<Total>
  readonly list: (filter: OperationFilter) => { readonly found: Operation[]; readonly hasMore: boolean }
  readonly all: () => Iterable<Operation>
  /** `isCounted`: the totals already include the operation. */
  readonly restore: (operation: Operation, isCounted: boolean) => void
  readonly restoreTotal: (total: Total) => void
}

type Shelf = {
  readonly retain: number
  readonly byKey: Readonly<Record<RailName, Map<string, Operation>>>
  readonly byId: Map<string, Operation>
  readonly bySequence: Map<number, Operation>
  readonly totals: Map<string, Total>
  /** Old operations that had not ended when they were due to be forgotten. */
  readonly kept: Operation[]
  oldest: number
  sequence: number
}

export function createOperationLog(journal: () => Journal, retain: number): OperationLog {
  const shelf: Shelf = {
    retain,
    byKey: { card: new Map(), upi: new Map(), bank: new Map(), netbank: new Map() },
    byId: new Map(),
    bySequence: new Map(),
    totals: new Map(),
    kept: [],
    oldest: 1,
    sequence: 0,
  }
  return {
    find: (rail, key) => shelf.byKey[rail].get(key),
    get: (id) => shelf.byId.get(id),
    add: (request, requested, at, beginning) => {
      const operation = begin(shelf.sequence + 1, request, requested, at, beginning)
      put(shelf, operation)
      count(shelf, operation, 1)
      journal().write(['operation', toOperationRecord(operation)])
      return operation
    },
    change: (operation, change) => {
      count(shelf, operation, -1)
      Object.assign(operation, change)
      count(shelf, operation, 1)
      journal().write(['operation', toOperationRecord(operation)])
    },
    totals: () => [...shelf.totals.values()].filter((total) => total.count > 0),
    list: (filter) => list(shelf, filter),
    all: () => [...shelf.bySequence.values()].sort((a, b) => a.sequence - b.sequence),
    restore: (operation, isCounted) => {
      const before = shelf.byId.get(operation.id)
      // The operation had been forgotten when this was written: the totals no longer depend on it.
      if (before === undefined && operation.sequence < shelf.oldest) return
      if (before !== undefined && !isCounted) count(shelf, before, -1)
      put(shelf, operation)
      if (!isCounted) count(shelf, operation, 1)
    },
    restoreTotal: (total) => shelf.totals.set(totalKey(total), total),
  }
}

function begin(
  sequence: number,
  request: OperationRequest,
  requested: bigint,
  at: Timestamp,
  beginning: Beginning,
): Operation {
  return {
    id: `${idPrefixOf[request.kind]}_${uuidv7().replaceAll('-', '')}`,
    sequence,
    rail: request.rail,
    kind: request.kind,
    key: request.key,
    asset: request.asset,
    instrument: request.instrument,
    original: request.original,
    descriptor: request.descriptor,
    final: request.final,
    requested,
    createdAt: at,
    wasAccepted: beginning.status === 'pending',
    status: beginning.status,
    amount: beginning.amount,
    code: beginning.code,
    completedAt: beginning.completedAt,
    plan: beginning.plan,
    next: beginning.next,
    isHidden: beginning.isHidden ?? false,
    events: 0,
    capturable: beginning.capturable ?? 0n,
    isVoided: false,
    expiresAt: beginning.expiresAt,
    captured: 0n,
    refunded: 0n,
    disputed: 0n,
    ...(beginning.dispute !== undefined && { dispute: beginning.dispute }),
    ...(request.purpose !== undefined && { purpose: request.purpose }),
    ...(request.party !== undefined && { party: request.party }),
    ...(request.mandate !== undefined && { mandate: request.mandate }),
    ...(request.allowsPartial === true && { allowsPartial: true }),
    ...(beginning.isPartial === true && { isPartial: true }),
    ...(beginning.isRetraction === true && { isRetraction: true }),
    returned: 0n,
    returns: [],
  }
}

function put(shelf: Shelf, operation: Operation): void {
  if (operation.key !== undefined) shelf.byKey[operation.rail].set(operation.key, operation)
  shelf.byId.set(operation.id, operation)
  shelf.bySequence.set(operation.sequence, operation)
  if (shelf.sequence === 0) shelf.oldest = operation.sequence
  shelf.sequence = Math.max(shelf.sequence, operation.sequence)
  if (shelf.bySequence.size > shelf.retain) forgetOldest(shelf)
}

/** Bounded work for each added operation. */
function forgetOldest(shelf: Shelf): void {
  const overdue = shelf.kept.shift()
  if (overdue !== undefined) keepOrForget(shelf, overdue)
  while (shelf.bySequence.size > shelf.retain && shelf.oldest < shelf.sequence) {
    const operation = shelf.bySequence.get(shelf.oldest)
    shelf.oldest += 1
    if (operation === undefined) continue
    keepOrForget(shelf, operation)
    return
  }
}

function keepOrForget(shelf: Shelf, operation: Operation): void {
  const hasEnded = operation.status !== 'pending' && operation.next === undefined && !operation.isHidden
  if (!hasEnded && shelf.kept.length < shelf.retain) {
    shelf.kept.push(operation)
    return
  }
  shelf.bySequence.delete(operation.sequence)
  shelf.byId.delete(operation.id)
  if (operation.key !== undefined) shelf.byKey[operation.rail].delete(operation.key)
}

function totalKey(of: Pick<Total, 'rail' | 'kind' | 'asset' | 'status'>): string {
  return `${of.rail}:${of.kind}:${of.status}:${of.asset}`
}

function count(shelf: Shelf, operation: Operation, sign: 1 | -1): void {
  const { rail, kind, asset, status } = operation
  const key = totalKey(operation)
  let total = shelf.totals.get(key)
  if (total === undefined) {
    total = { rail, kind, asset, status, count: 0, amount: 0n }
    shelf.totals.set(key, total)
  }
  total.count += sign
  total.amount += sign === 1 ? operation.amount : -operation.amount
}

function list(shelf: Shelf, filter: OperationFilter): { found: Operation[]; hasMore: boolean } {
  const found: Operation[] = []
  const wanted = (operation: Operation) =>
    (filter.rail === undefined || operation.rail === filter.rail) &&
    (filter.kind === undefined || operation.kind === filter.kind) &&
    (filter.status === undefined || operation.status === filter.status)
  const first = Math.max(filter.after + 1, shelf.kept[0] === undefined ? shelf.oldest : 1)
  for (let sequence = first; sequence <= shelf.sequence; sequence += 1) {
    const operation = shelf.bySequence.get(sequence)
    if (operation === undefined || !wanted(operation)) continue
    if (found.length === filter.limit) return { found, hasMore: true }
    found.push(operation)
  }
  return { found, hasMore: false }
}
