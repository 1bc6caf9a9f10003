import { type MachineContext, type Machines, machines } from '#payments'

/** The machines, in a context that a test has changed, such as of a rail that cannot refund. */
export function machinesSeeing(changed: (context: MachineContext) => MachineContext): Machines {
  return {
    payment: (payment, input, context) => machines.payment(payment, input, changed(context)),
    capture: (payment, capture, input, context) => machines.capture(payment, capture, input, changed(context)),
    refund: (payment, refund, input, context) => machines.refund(payment, refund, input, changed(context)),
    payout: (payout, input, context) => machines.payout(payout, input, changed(context)),
  }
}
