import type { Machines } from '../machine.ts'
import { captureMachine } from './capture-machine.ts'
import { followDoubt } from './follow-attempt.ts'
import { paymentMachine } from './payment-machine.ts'
import { payoutMachine } from './payout-machine.ts'
import { refundMachine } from './refund-machine.ts'

export { isAuthorized, withCancelRequested } from './payment-rows.ts'
export { capturedOf, refundShares, takenBack } from './shares.ts'

/** The machines of payments: pure, one for each kind of subject. */
export const machines: Machines = {
  payment: (payment, input, context) => followDoubt(input, context) ?? paymentMachine(payment, input, context),
  capture: (payment, capture, input, context) =>
    followDoubt(input, context) ?? captureMachine(payment, capture, input, context),
  refund: (payment, refund, input, context) =>
    followDoubt(input, context) ?? refundMachine(payment, refund, input, context),
  payout: (payout, input, context) => followDoubt(input, context) ?? payoutMachine(payout, input, context),
}
