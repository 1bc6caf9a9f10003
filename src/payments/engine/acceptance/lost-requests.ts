import type { Timestamp, Uuid } from '#kernel'
import { Fault } from '#platform/faults'
import { isDerivedUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { Payment } from '../../payment.ts'
import type { PaymentRefusalCode } from '../../refusals.ts'
import { nowStep } from '../handling/database-clock.ts'
import type { ServerNotes } from '../rails/server-notes.ts'

/**
 * A request under a key may repeat one that a lost server has accepted and submitted. Whatever it is answered now, the
 * rails are asked for that: one that is refused is stored as failed, and its first message asks.
 */
export function mayRepeatLost(
  { id }: { readonly id?: Uuid },
  now: Timestamp,
  { mayBeLost }: Pick<ServerNotes, 'mayBeLost'>,
): boolean {
  return id !== undefined && isDerivedUuid(id) && mayBeLost({ createdAt: now }, now)
}

/** For these, every server would have refused it. */
const refusedAnywhere: ReadonlySet<string> = new Set<PaymentRefusalCode>([
  'rail_not_found',
  'operation_not_supported_by_rail',
  'accounts_must_differ',
  'shares_do_not_add_up',
])

export function isRefusedAnywhere(reason: string): boolean {
  return refusedAnywhere.has(reason)
}

const undecided: ReadonlySet<string> = new Set<Payment['phase']>(['new', 'calling', 'awaiting', 'inquiring', 'review'])

/** The payment may have been repeated, too, and is not yet again what it was at the lost server. */
export function isUndecided({ phase }: Payment): boolean {
  return undecided.has(phase)
}

/**
 * Throws when the payment of a repeated request may still have to be repeated, or is not decided again. Nothing is
 * stored, so that the same key is accepted later.
 */
export function requireDecided(
  request: { readonly id?: Uuid; readonly payment: Uuid },
  payment: Payment | undefined,
  now: Timestamp,
  servers: Pick<ServerNotes, 'mayBeLost'>,
): void {
  const isOpen = payment === undefined ? isDerivedUuid(request.payment) : isUndecided(payment)
  if (isOpen && mayRepeatLost(request, now, servers)) throw tooEarly()
}

/** The same for a request that names an object which is missing, and may still have to be made again. */
export async function requireMade(
  tx: Transaction,
  request: { readonly id: Uuid },
  servers: Pick<ServerNotes, 'mayBeLost'>,
): Promise<void> {
  const [clock] = await tx.burst([nowStep])
  if (mayRepeatLost(request, Number(clock?.rows[0]?.[0]), servers)) throw tooEarly()
}

export function tooEarly(): Fault {
  const message = 'the request may repeat one of a lost server, and what it names is missing or not decided yet'
  return new Fault({ code: 'payment_undecided', message, retryable: true })
}
