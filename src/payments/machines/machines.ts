import type { Machines } from '../machine.ts'
import { captureMachine } from './capture-machine.ts'
import { paymentMachine } from './payment-machine.ts'
import { payoutMachine } from './payout-machine.ts'
import { refundMachine } from './refund-machine.ts'

export { capturedOf, refundShares } from './shares.ts'

/** The machines of payments: pure, one for each kind of subject. */
export const machines: Machines = {
  payment: paymentMachine,
  capture: captureMachine,
  refund: refundMachine,
  payout: payoutMachine,
}
