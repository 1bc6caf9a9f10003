import type { MachineContext } from '../../machine.ts'
import type { Payment, Share } from '../../payment.ts'
import { sumOf } from '../booking/shares.ts'
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
