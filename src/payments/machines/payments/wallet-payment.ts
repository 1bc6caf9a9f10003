import { amountText } from '#kernel'
import type { LedgerRefusal } from '#ledger'
import type { MachineContext, Timer, Transition } from '../../machine.ts'
import type { Capture, Payment } from '../../payment.ts'
import { hold, holdIds, postHold, transfer, voidHold, voidHolds } from '../booking/bookings.ts'
import { joined } from '../booking/joined.ts'
import { partsOf, sharesOf, uncapturedOf, withCaptured, withIncrement } from '../booking/shares.ts'
import { capturedPayment, failedCapture, refundedAtOnce } from '../captures/capture-rows.ts'
import { endedAsCaptured, failing, paid, pendingRequestOf } from './payment-rows.ts'

/**
 * The ledger alone decides, at once. A manual payment has one hold for each incomplete share, in the order of shares. A
 * hold can be posted once, so a capture holds the rest again in the same booking.
 */
export function beginFromWallet(payment: Payment, account: string, context: MachineContext): Transition {
  const refused = (refusal: LedgerRefusal): Transition =>
    failing(payment, { reason: refusal.code, note: `The books refused it: ${refusal.message}` })
  if (payment.capture === 'automatic') {
    const commands = sharesOf(payment).map((share) =>
      transfer(payment, { source: account, destination: share.account, amount: share.amount }, context),
    )
    return { payment: paid(payment), commands, refused, events: ['payment.succeeded'], note: 'Booked.' }
  }
  const commands = holdsOf(payment, account, context)
  return {
    payment: {
      ...payment,
      state: 'authorized',
      phase: 'held',
      amountCapturable: payment.amount,
      holds: holdIds(commands),
    },
    commands,
    refused,
    timers: expiry(payment),
    events: ['payment.authorized'],
    note: 'Held in the books.',
  }
}

function expiry({ id, expiresAt }: Payment): readonly Timer[] {
  return expiresAt === undefined ? [] : [{ input: 'expire', subject: { kind: 'payment', id }, at: expiresAt }]
}

function holdsOf(payment: Payment, account: string, context: MachineContext) {
  return uncapturedOf(payment).map((share) =>
    hold(payment, { source: account, destination: share.account, amount: share.amount }, context),
  )
}

/** Once nothing else is under way, a final capture (or a pending request) releases the rest. */
export function captureFromWallet(
  payment: Payment,
  capture: Capture,
  account: string,
  context: MachineContext,
): Transition {
  const after = capturedPayment(payment, capture)
  const captured = withCaptured(after, capture.amount)
  const isEnd =
    captured.amountCapturing === 0n && (pendingRequestOf(captured) !== undefined || captured.amountCapturable === 0n)
  const held = uncapturedOf(payment)
  const parts = partsOf(capture.amount, held)
  const taken = payment.holds.map((id, at) => {
    const part = parts[at]?.amount ?? 0n
    return part === 0n ? voidHold(payment.book, id) : postHold(payment.book, id, part)
  })
  const again = isEnd ? [] : holdsOf(captured, account, context)
  const row = isEnd ? endedAsCaptured(captured) : { ...captured, holds: holdIds(again) }
  const done: Transition = {
    payment: row,
    capture: { ...capture, state: 'succeeded' },
    commands: [...taken, ...again],
    refused: (refusal) => captureRefused(payment, capture, refusal),
    events: isEnd ? ['payment.captured', 'payment.succeeded'] : ['payment.captured'],
    note: `Captured ${amountText(capture.amount, payment.asset)}.`,
  }
  const shares = held.map(({ account }, at) => ({ account, amount: parts[at]?.amount ?? 0n }))
  return refundedAtOnce(payment, done, { capture, parts: shares }, context)
}

function captureRefused(payment: Payment, capture: Capture, refusal: LedgerRefusal): Transition {
  const failed = failedCapture(payment, capture, {
    reason: refusal.code,
    note: `The books refused the capture: ${refusal.message}`,
  })
  const row = failed.payment ?? payment
  if (pendingRequestOf(row) === undefined || row.amountCapturing > 0n) return failed
  return joined(failed, releaseToWallet(row))
}

export function releaseToWallet(payment: Payment): Transition {
  const row = endedAsCaptured(payment)
  return {
    payment: row,
    commands: voidHolds(payment.book, payment.holds),
    events: [`payment.${row.state}`],
    note: 'What was held has been released.',
  }
}

export function incrementInWallet(
  payment: Payment,
  amount: bigint,
  account: string,
  context: MachineContext,
): Transition {
  const grown = withIncrement(payment, amount)
  const again = holdsOf(grown, account, context)
  return {
    payment: { ...grown, holds: holdIds(again) },
    commands: [...voidHolds(payment.book, payment.holds), ...again],
    refused: (refusal) => ({
      note: `The authorization did not grow by ${amountText(amount, payment.asset)}: ${refusal.message}`,
    }),
    events: ['payment.incremented'],
    note: `The authorization grew by ${amountText(amount, payment.asset)}.`,
  }
}
