import type { Account, AccountCondition, AccountState, ChangeAccount, CreateTransfer } from '#ledger'

/** The rules of the books, as simply as possible: one command at a time, without batches or caches. */
export type ModelHead = Pick<
  Account,
  'version' | 'posted' | 'pendingOut' | 'pendingIn' | 'state' | 'minAvailable' | 'maxBalance' | 'asset'
>

export type Verdict = { readonly amount: bigint } | { readonly refused: string }

const largest = 2n ** 63n - 1n

export type Meeting = {
  readonly source: ModelHead | undefined
  readonly destination: ModelHead | undefined
  readonly isReferenceTaken: boolean
  /** In microseconds. */
  readonly now: number
}

export function decideTransfer(command: CreateTransfer, meeting: Meeting): Verdict {
  const { source, destination } = meeting
  if (source === undefined) return { refused: 'account_not_found (source)' }
  if (destination === undefined) return { refused: 'account_not_found (destination)' }
  const refused = refuseOutright(command, meeting) ?? refuseByHeads(command, source, destination)
  return refused === undefined ? decideAmount(command, source, destination) : { refused }
}

function refuseOutright(command: CreateTransfer, meeting: Meeting): string | undefined {
  const { source, destination, now } = meeting
  if (command.source === command.destination) return 'accounts_must_differ (destination)'
  if (source?.asset !== command.asset) return 'asset_mismatch (source)'
  if (destination?.asset !== command.asset) return 'asset_mismatch (destination)'
  if ((command.effectiveAt ?? 0) > now) return 'effective_at_in_future (effective_at)'
  if ((command.expiresAt ?? Number.POSITIVE_INFINITY) <= now) return 'expires_at_in_past (expires_at)'
  return command.reference !== undefined && meeting.isReferenceTaken ? 'reference_taken (reference)' : undefined
}

function refuseByHeads(command: CreateTransfer, source: ModelHead, destination: ModelHead): string | undefined {
  const sides = [
    ['source', source, command.conditions?.source],
    ['destination', destination, command.conditions?.destination],
  ] as const
  for (const [side, { state }] of sides) if (state === 'closed') return `account_closed (${side})`
  for (const [side, { state }] of sides) if (state === 'frozen') return `account_frozen (${side})`
  for (const [side, head, condition] of sides) {
    const unmet = condition && findUnmet(condition, head)
    if (unmet !== undefined) return `condition_not_met (conditions.${side}.${unmet})`
  }
  return undefined
}

function decideAmount(command: CreateTransfer, source: ModelHead, destination: ModelHead): Verdict {
  const available = source.posted - source.pendingOut
  const total = destination.posted + destination.pendingIn
  const spare = source.minAvailable === null ? null : available - source.minAvailable
  const room = destination.maxBalance === null ? null : destination.maxBalance - total
  let { amount } = command
  if (command.balancing === 'source' && spare !== null && spare < amount) amount = spare
  if (command.balancing === 'destination' && room !== null && room < amount) amount = room
  if (amount <= 0n) return { refused: 'nothing_to_move (balancing)' }
  if (spare !== null && amount > spare) return { refused: 'insufficient_funds (amount)' }
  if (room !== null && amount > room) return { refused: 'balance_limit_exceeded (amount)' }
  const held = command.pending === true ? amount : 0n
  const fits =
    [amount, total + amount, source.pendingOut + held, destination.pendingIn + held].every((sum) => sum <= largest) &&
    available - amount >= -largest
  return fits ? { amount } : { refused: 'balance_overflow (amount)' }
}

function findUnmet(condition: AccountCondition, head: ModelHead): string | undefined {
  const { version, postedMin, postedMax, availableMin, availableMax } = condition
  const available = head.posted - head.pendingOut
  if (version !== undefined && version !== head.version) return 'version'
  if (postedMin !== undefined && head.posted < postedMin) return 'posted_min'
  if (postedMax !== undefined && head.posted > postedMax) return 'posted_max'
  if (availableMin !== undefined && available < availableMin) return 'available_min'
  if (availableMax !== undefined && available > availableMax) return 'available_max'
  return undefined
}

export function decideChange(command: ChangeAccount, head: ModelHead): ModelHead | { readonly refused: string } {
  if (head.state === 'closed' && command.state !== 'closed') return { refused: 'account_closed (account)' }
  if (command.version !== undefined && command.version !== head.version)
    return { refused: 'condition_not_met (version)' }
  const isEmpty = head.posted === 0n && head.pendingOut === 0n && head.pendingIn === 0n
  if (command.state === 'closed' && !isEmpty) return { refused: 'account_not_empty (account)' }
  if (command.state === 'open' && head.state !== 'frozen') return { refused: 'account_not_frozen (account)' }
  const { state = head.state, minAvailable = head.minAvailable, maxBalance = head.maxBalance } = command
  if (minAvailable !== null && maxBalance !== null && minAvailable > maxBalance) {
    return { refused: 'limits_contradict (max_balance)' }
  }
  const isSame = state === head.state && minAvailable === head.minAvailable && maxBalance === head.maxBalance
  return isSame ? head : { ...head, state, minAvailable, maxBalance, version: head.version + 1 }
}

export type Change = { readonly posted: bigint; readonly pendingOut: bigint; readonly pendingIn: bigint }

export function changesOf(amount: bigint, pending: boolean): readonly [source: Change, destination: Change] {
  return pending
    ? [
        { posted: 0n, pendingOut: amount, pendingIn: 0n },
        { posted: 0n, pendingOut: 0n, pendingIn: amount },
      ]
    : [
        { posted: -amount, pendingOut: 0n, pendingIn: 0n },
        { posted: amount, pendingOut: 0n, pendingIn: 0n },
      ]
}

export function changesOfEnd(amount: bigint, posted: bigint): readonly [source: Change, destination: Change] {
  return [
    { posted: -posted, pendingOut: -amount, pendingIn: 0n },
    { posted, pendingOut: 0n, pendingIn: -amount },
  ]
}

export function afterChange(head: ModelHead, change: Change): ModelHead {
  return {
    ...head,
    version: head.version + 1,
    posted: head.posted + change.posted,
    pendingOut: head.pendingOut + change.pendingOut,
    pendingIn: head.pendingIn + change.pendingIn,
  }
}

/** An open pending transfer; `expiresAt` in microseconds. */
export type ModelHold = {
  readonly source: string
  readonly destination: string
  readonly amount: bigint
  readonly expiresAt: number | undefined
}

/** A hold that has lapsed by `clock` holds nothing. */
export function headAt(head: ModelHead, code: string, holds: readonly ModelHold[], clock: number): ModelHead {
  const open = holds.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > clock)
  const sum = (side: 'source' | 'destination') =>
    open.filter((hold) => hold[side] === code).reduce((total, { amount }) => total + amount, 0n)
  return { ...head, pendingOut: sum('source'), pendingIn: sum('destination') }
}

export const stateNames: readonly AccountState[] = ['open', 'frozen', 'closed']
