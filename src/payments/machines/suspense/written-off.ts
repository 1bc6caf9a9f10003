import type { MachineContext } from '../../machine.ts'
import type { Payment, Share } from '../../payment.ts'
import { lessOf, sumOf } from '../booking/shares.ts'
import { owedOf, withLost, withoutOwed } from '../payments/payment-rows.ts'
import { withLossAccepted } from './accepted-loss.ts'
import { lossesOf } from './uncovered-loss.ts'

type Accounts = Pick<MachineContext, 'accounts'>

/** Losses written off are accepted ones of no time: no refund that turns out not to have happened pays for them. */
const noTime = 0

/** All losses count as accepted, also those of no dispute. */
export function withOpenLossesWrittenOff(payment: Payment, context: MachineContext): Payment {
  const others = (payment.amountLost ?? 0n) - sumOf(lossesOf(payment, context))
  return withLossAccepted(others > 0n ? withWrittenOff(payment, others, context) : payment, context)
}

/** What the recipients owe is lost instead. They keep it, so disputes have not taken it from them. */
export function withOwedWrittenOff(payment: Payment, context: MachineContext): Payment {
  const { owedBy = [], disputed = [] } = payment
  const owed = owedOf(payment)
  const row = withLost(withoutOwed(payment, owed), owed)
  return withWrittenOff({ ...row, disputed: lessOf(disputed, owedBy) }, owed, context)
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
