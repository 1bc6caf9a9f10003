import { SlotMap, type Uuid } from '#kernel'
import type { Payment } from '../../payment.ts'
import type { QueuedInput } from './queued-input.ts'

/** Just accepted payments, which their `start` need not read. If one has changed since, the version check fails. */
export type FreshPayments = {
  readonly add: (payments: readonly Payment[]) => void
  /** Undefined when one is not cached, or has another input. */
  readonly take: (inputs: readonly QueuedInput[]) => Map<Uuid, Payment> | undefined
  readonly forget: () => void
}

/** Payments that other processes start are never taken out. At this size, all are dropped. */
const freshMax = 8_192

export function createFreshPayments(): FreshPayments {
  let fresh = new SlotMap<Uuid, Payment>()
  return {
    forget: () => {
      fresh = new SlotMap()
    },
    add: (payments) => {
      if (fresh.size + payments.length > freshMax) fresh = new SlotMap()
      for (const payment of payments) fresh.set(payment.id, payment)
    },
    take: (inputs) => {
      const taken = new Map<Uuid, Payment>()
      let areAll = true
      for (const { kind, root, input } of inputs) {
        const payment = kind === 'payment' ? fresh.take(root) : undefined
        if (payment !== undefined && input.kind === 'start') taken.set(root, payment)
        else areAll = false
      }
      return areAll ? taken : undefined
    },
  }
}
