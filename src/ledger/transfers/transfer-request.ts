import { formatTimestamp } from '#kernel'
import type { AccountCondition, CreateTransfer, Metadata } from '../commands.ts'
import { transferFlag } from '../sealing/journal.ts'
import type { RefusedTransfer, TransferFacts, TransferRecord } from './transfer-record.ts'
import type { WorkingSet } from './working-set.ts'

/** Fields that identify a replay, in the order of their comparison. */
type RequestText = {
  readonly source: string
  readonly destination: string
  readonly amount: string
  readonly asset: string
  readonly pending: boolean
  readonly expires_at: string | null
  readonly balancing: string | null
  readonly reference: string | null
  readonly effective_at: string | null
  readonly metadata: Metadata
  readonly conditions: string | null
}

/** Parts of a request without columns in `ledger.transfers`. */
export type TransferOptions = {
  readonly balancing?: 'source' | 'destination'
  /** The requested amount, as a balancing transfer may move less. */
  readonly amount?: string
  readonly conditions?: string
  readonly byProgram?: true
}

export function optionsOf(command: CreateTransfer): string | undefined {
  const { balancing, conditions, byProgram } = command
  if (balancing === undefined && conditions === undefined && byProgram === undefined) return undefined
  const options: TransferOptions = {
    ...(byProgram && { byProgram }),
    ...(command.balancing === undefined
      ? undefined
      : { balancing: command.balancing, amount: command.amount.toString() }),
    ...(command.conditions === undefined ? undefined : { conditions: conditionsText(command) ?? '' }),
  }
  return JSON.stringify(options)
}

export function isByProgram({ options }: Pick<TransferFacts, 'options'>): boolean {
  return options !== undefined && (JSON.parse(options) as TransferOptions).byProgram === true
}

export function requestText(command: CreateTransfer): string {
  return JSON.stringify(requestOf(command))
}

/** The named accounts, by id or code. */
export function accountsNamedIn(refused: RefusedTransfer): readonly [source: string, destination: string] {
  const { source, destination } = JSON.parse(refused.request) as RequestText
  return [source, destination]
}

/** Undefined when the requests are the same. One may name an account by id, the other by code. */
export function firstDifference(command: CreateTransfer, decided: TransferRecord, set: WorkingSet): string | undefined {
  const given = requestOf(command)
  const before: RequestText =
    decided.refusal === undefined ? requestOfBooked(decided) : (JSON.parse(decided.request) as RequestText)
  for (const field of ['source', 'destination'] as const) {
    const account = set.account(command.book, given[field])
    const same =
      given[field] === before[field] ||
      (account !== undefined &&
        account.number ===
          (decided.refusal === undefined ? decided[field] : set.account(command.book, before[field]))?.number)
    if (!same) return field
  }
  for (const field of ['amount', 'asset', 'pending', 'expires_at', 'balancing', 'reference', 'effective_at'] as const) {
    if (given[field] !== before[field]) return field
  }
  if (!sameMetadata(given.metadata, before.metadata)) return 'metadata'
  return given.conditions === before.conditions ? undefined : 'conditions'
}

function sameMetadata(a: Metadata, b: Metadata): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}

function requestOf(command: CreateTransfer): RequestText {
  return {
    source: command.source,
    destination: command.destination,
    amount: command.amount.toString(),
    asset: command.asset,
    pending: command.pending ?? false,
    expires_at: command.expiresAt === undefined ? null : formatTimestamp(command.expiresAt),
    balancing: command.balancing ?? null,
    reference: command.reference ?? null,
    effective_at: command.effectiveAt === undefined ? null : formatTimestamp(command.effectiveAt),
    metadata: command.metadata ?? {},
    conditions: conditionsText(command),
  }
}

function requestOfBooked(record: Extract<TransferRecord, { refusal: undefined }>): RequestText {
  const options = (record.options === undefined ? {} : JSON.parse(record.options)) as TransferOptions
  const effectiveAtGiven = (record.flags & transferFlag.effectiveAtGiven) !== 0
  return {
    source: record.source.code,
    destination: record.destination.code,
    amount: options.amount ?? record.amount.toString(),
    asset: record.source.asset,
    pending: (record.flags & transferFlag.pending) !== 0,
    expires_at: record.expiresAt === undefined ? null : formatTimestamp(record.expiresAt),
    balancing: options.balancing ?? null,
    reference: record.reference ?? null,
    effective_at: effectiveAtGiven ? formatTimestamp(record.effectiveAt) : null,
    metadata: record.metadata ?? {},
    conditions: options.conditions ?? null,
  }
}

function conditionsText(command: CreateTransfer): string | null {
  const { conditions } = command
  if (conditions === undefined) return null
  const parts = [conditionText('source', conditions.source), conditionText('destination', conditions.destination)]
  return parts.filter((part) => part !== '').join(';')
}

function conditionText(side: string, condition: AccountCondition | undefined): string {
  if (condition === undefined) return ''
  const { version, postedMin, postedMax, availableMin, availableMax } = condition
  return `${side}:${[version, postedMin, postedMax, availableMin, availableMax].map((part) => part ?? '').join(',')}`
}
