import { minorMax, type Timestamp } from '#kernel'
import type { AccountFacts } from '../accounts/account-facts.ts'
import type { AccountCondition, CreateTransfer } from '../commands.ts'
import { type LedgerRefusal, type LedgerRefusalCode, ledgerRefusals } from '../refusals.ts'
import { accountState } from '../sealing/journal.ts'
import type { Head } from './working-set.ts'

export function refusal(code: LedgerRefusalCode, param?: string): LedgerRefusal {
  const message = ledgerRefusals[code]
  return param === undefined ? { code, message } : { code, message, param }
}

/** In order of precedence. Holds lapse by `clock`; `now` may be ahead of it after the clock was set back. */
export function refuseByFacts(
  command: CreateTransfer,
  source: AccountFacts,
  destination: AccountFacts,
  { now, clock }: { readonly now: Timestamp; readonly clock: Timestamp },
): LedgerRefusal | undefined {
  if (source.number === destination.number) return refusal('accounts_must_differ', 'destination')
  if (source.asset !== command.asset) return refusal('asset_mismatch', 'source')
  if (destination.asset !== command.asset) return refusal('asset_mismatch', 'destination')
  if (command.effectiveAt !== undefined && command.effectiveAt > now) {
    return refusal('effective_at_in_future', 'effective_at')
  }
  if (command.expiresAt !== undefined && command.expiresAt <= clock) return refusal('expires_at_in_past', 'expires_at')
  return undefined
}

export function refuseByState(command: CreateTransfer, source: Head, destination: Head): LedgerRefusal | undefined {
  if (source.state === accountState.closed) return refusal('account_closed', 'source')
  if (destination.state === accountState.closed) return refusal('account_closed', 'destination')
  if (source.state === accountState.frozen) return refusal('account_frozen', 'source')
  if (destination.state === accountState.frozen) return refusal('account_frozen', 'destination')
  const { conditions } = command
  if (conditions === undefined) return undefined
  const unmet = unmetCondition(conditions.source, source, 'source')
  return unmet ?? unmetCondition(conditions.destination, destination, 'destination')
}

function unmetCondition(condition: AccountCondition | undefined, head: Head, side: string): LedgerRefusal | undefined {
  if (condition === undefined) return undefined
  const available = head.posted - head.pendingOut
  const { version, postedMin, postedMax, availableMin, availableMax } = condition
  const unmet =
    (version !== undefined && head.version !== version && 'version') ||
    (postedMin !== undefined && head.posted < postedMin && 'posted_min') ||
    (postedMax !== undefined && head.posted > postedMax && 'posted_max') ||
    (availableMin !== undefined && available < availableMin && 'available_min') ||
    (availableMax !== undefined && available > availableMax && 'available_max')
  return unmet ? refusal('condition_not_met', `conditions.${side}.${unmet}`) : undefined
}

/** A balancing transfer moves as much as it can, up to `amount`. May be 0 or less. */
export function amountToMove(command: CreateTransfer, source: Head, destination: Head): bigint {
  if (command.balancing === 'source' && source.minAvailable !== null) {
    return smaller(command.amount, source.posted - source.pendingOut - source.minAvailable)
  }
  if (command.balancing === 'destination' && destination.maxBalance !== null) {
    return smaller(command.amount, destination.maxBalance - destination.posted - destination.pendingIn)
  }
  return command.amount
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

/** In order: limits of the source, of the destination, of 64-bit numbers. */
export function refuseByAmount(
  amount: bigint,
  source: Head,
  destination: Head,
  isPending: boolean,
): LedgerRefusal | undefined {
  if (amount <= 0n) return refusal('nothing_to_move', 'balancing')
  const available = source.posted - source.pendingOut
  if (source.minAvailable !== null && available - amount < source.minAvailable) {
    return refusal('insufficient_funds', 'amount')
  }
  const incoming = destination.posted + destination.pendingIn + amount
  if (destination.maxBalance !== null && incoming > destination.maxBalance) {
    return refusal('balance_limit_exceeded', 'amount')
  }
  const held = isPending ? amount : 0n
  const passes =
    amount > minorMax ||
    incoming > minorMax ||
    available - amount < -minorMax ||
    source.pendingOut + held > minorMax ||
    destination.pendingIn + held > minorMax
  return passes ? refusal('balance_overflow', 'amount') : undefined
}
