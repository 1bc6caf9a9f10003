import type { Timestamp, Uuid } from '#kernel'
import { renewableUuid, repeatableUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import { isLost, isRefused } from '../../machines/attempts/lost-attempts.ts'
import type { Payment, Refund } from '../../payment.ts'
import { nowStep } from '../handling/database-clock.ts'
import { indexPlansStep } from '../handling/load-rows.ts'
import { readAttemptsOfStep, type StoredAttempt, toAttempt, updateAttemptsStep } from '../rows/attempt-store.ts'
import { readRefundsOfStep, toRefund } from '../rows/refund-store.ts'
import { type RefundDependencies, storeRefused } from './create-refunds.ts'
import { mayRepeatLost, tooEarly } from './lost-requests.ts'

// What is captured while its payer wants it back is refunded by the program. On another server, the capture may be first,
// and then it is a request that refunds it, or is refused. Both have the same id at the rail (`machines/suspense/reversals.ts`).

/** `refund`: the one that has its id. `isAsked`: its rail is asked whether a lost server had made it. */
type Reversal = {
  readonly id: Uuid
  readonly attempt: StoredAttempt
  readonly amount: bigint
  readonly refund: Refund | undefined
  readonly isAsked: boolean
}

/** The refunds that the program would make, or has made, first of each charge and capture. */
async function reversalsOf(tx: Transaction, { book, id, rail }: Payment): Promise<Reversal[]> {
  const [, found, refunds] = await tx.burst([indexPlansStep, readAttemptsOfStep(id), readRefundsOfStep(book, id)])
  const digestOf = (refund: Uuid) => repeatableUuid(refund, 'refund')
  const known = new Map((refunds?.rows ?? []).map(toRefund).map((refund) => [digestOf(refund.id), refund]))
  const attempts = (found?.rows ?? []).map(toAttempt)
  const made = attempts.filter((one) => one.rail === rail && one.state === 'succeeded')
  return made.flatMap((attempt) => {
    const reversal = idOf(attempt)
    if (reversal === undefined) return []
    const refund = known.get(digestOf(reversal))
    const isAsked =
      refund?.state === 'failed' &&
      (isRefused(refund) || attempts.some((one) => one.subject.id === refund.id && isLost(one)))
    const { amount, amountMoved = amount } = attempt
    return [{ id: reversal, attempt, amount: amountMoved, refund, isAsked }]
  })
}

function idOf({ id, subject, operation }: StoredAttempt): Uuid | undefined {
  if (operation === 'capture') return renewableUuid(subject.id, 'refund')
  return operation === 'charge' ? renewableUuid(id, 'refund 0') : undefined
}

/**
 * The id of a refund of all, if the program would have made the same. `request`: the id of what asks for it. Throws while
 * a rail is being asked whether a lost server had made it: it must not get it under another id meanwhile.
 */
export async function reversalIdOf(
  { servers }: Pick<RefundDependencies, 'servers'>,
  tx: Transaction,
  { payment, request }: { readonly payment: Payment; readonly request: Uuid },
): Promise<Uuid | undefined> {
  const { source, amountCaptured, amountRefunded, amountRefunding } = payment
  if (source.kind === 'wallet') return undefined
  const all = await reversalsOf(tx, payment)
  if (all.some(({ isAsked }) => isAsked)) {
    const [clock] = await tx.burst([nowStep])
    if (mayRepeatLost({ id: request }, Number(clock?.rows[0]?.[0]), servers)) throw tooEarly()
  }
  if (amountRefunded + amountRefunding > 0n) return undefined
  const [reversal, ...others] = all.filter(({ refund }) => refund === undefined)
  if (reversal === undefined || others.length > 0 || reversal.amount !== amountCaptured) return undefined
  await tx.burst([counted(reversal)])
  return reversal.id
}

/** The next refund of the same money has another id. */
function counted({ attempt }: Reversal) {
  return updateAttemptsStep([{ ...attempt, returns: Math.max(attempt.returns ?? 0, 1) }])
}

/** The refund of all that has the id which the program would have given it. */
export async function findReversalOfAll(tx: Transaction, payment: Payment): Promise<Refund | undefined> {
  const all = payment.source.kind === 'wallet' ? [] : await reversalsOf(tx, payment)
  return all.find(({ refund }) => refund !== undefined && refund.amount === payment.amountCaptured)?.refund
}

/** Stores them as failed, so that the rail is asked for them. `wantsBack`: also those of captures. */
export async function askForReversals(
  deps: RefundDependencies,
  tx: Transaction,
  { payment, now, wantsBack }: { readonly payment: Payment; readonly now: Timestamp; readonly wantsBack: boolean },
): Promise<void> {
  if (payment.source.kind !== 'rail' || payment.amountCaptured === 0n) return
  for (const reversal of await reversalsOf(tx, payment)) {
    const { id, amount, attempt, refund } = reversal
    if (refund !== undefined || (attempt.operation === 'capture' && !wantsBack)) continue
    await tx.burst([counted(reversal)])
    const request = { book: payment.book, payment: payment.id, id, amount, isReversal: true, metadata: {} }
    await storeRefused(deps, tx, request, { payment, now, reason: 'payment_not_cancelable' })
  }
}
