import type { MachineContext } from '../../machine.ts'
import type { Payment, Share } from '../../payment.ts'
import { withOff } from '../booking/off-shares.ts'
import { sumOf, withDisputed } from '../booking/shares.ts'
import { owedOf, withLost, withoutOwed } from '../payments/payment-rows.ts'
import { withLossAccepted } from './accepted-loss.ts'
import { owingOf } from './dispute.ts'
import { lossesOf } from './uncovered-loss.ts'

type Accounts = Pick<MachineContext, 'accounts'>

/** Losses written off are accepted ones of no time: no refund that turns out not to have happened pays for them. */
const noTime = 0

export function withOpenLossesWrittenOff(payment: Payment, context: MachineContext): Payment {
  const others = (payment.amountLost ?? 0n) - sumOf(lossesOf(payment, context))
  return withLossAccepted(others > 0n ? withWrittenOff(payment, others, context) : payment, context)
}

/** The account of write-offs pays for those who owe. What more had been owed by nobody who got it is a loss instead. */
export function withDebtWrittenOff(payment: Payment, context: MachineContext): Payment {
  const owed = owedOf(payment)
  const { known, others } = owingOf(payment, context)
  const lost = owed - sumOf(known) - sumOf(others)
  const row = withOff(withOff(withDisputed(withoutOwed(payment, owed), others), known), others)
  return lost === 0n ? row : withWrittenOff(withLost(row, lost), lost, context)
}

function withWrittenOff(payment: Payment, amount: bigint, { accounts }: Accounts): Payment {
  const account = accounts.suspense(payment.asset)
  const isThat = (share: Share) => share.account === account && share.at === noTime
  const { disputed = [] } = payment
  const all = sumOf(disputed.filter(isThat)) + amount
  return {
    ...payment,
    disputed: [...disputed.filter((one) => !isThat(one)), { account, amount: all, captured: all, at: noTime }],
  }
}
