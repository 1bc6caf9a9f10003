import type { Dispute } from '../../dispute.ts'
import type { MachineContext, Transition } from '../../machine.ts'
import type { Payment } from '../../payment.ts'
import { transfer } from '../booking/bookings.ts'

/** The rail takes its fee out of what it owes. It is booked as last reported, whatever else the books refuse. */
export function withFee(payment: Payment, step: Transition, context: MachineContext): Transition {
  const { dispute, commands = [], refused } = step
  if (dispute === undefined || step.ignored !== undefined) return step
  const due = (dispute.fee ?? 0n) - (dispute.feeBooked ?? 0n)
  if (due === 0n) return step
  return {
    ...step,
    dispute: { ...dispute, feeBooked: dispute.fee ?? 0n },
    commands: [...commands, transfer(payment, legOf(payment, dispute, due, context), context)],
    ...(refused !== undefined && { refused: (refusal) => withFee(payment, refused(refusal), context) }),
  }
}

function legOf({ asset }: Payment, { rail }: Dispute, due: bigint, { accounts }: MachineContext) {
  const [fees, clearing] = [accounts.fees({ rail, asset }), accounts.clearing({ rail, asset })]
  return due > 0n
    ? { source: fees, destination: clearing, amount: due }
    : { source: clearing, destination: fees, amount: -due }
}
