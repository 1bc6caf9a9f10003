import { faultPoint } from '#platform/faults'
import type { SagaStep } from '#sagas'
import { releaseReservations, reserveLines } from '../reservation-store.ts'

/** Of two orders for the last item, the second is refused. */
export const reserveStep: SagaStep = {
  name: 'reserve',
  action: async (tx, saga) => {
    faultPoint('orders.reserve.action.before')
    const isReserved = await reserveLines(tx, { order: saga.subject, saga: saga.id })
    faultPoint('orders.reserve.action.after')
    return isReserved ? { kind: 'done' } : { kind: 'refused', reason: 'out_of_stock' }
  },
  compensation: async (tx, saga) => {
    faultPoint('orders.reserve.compensation.before')
    await releaseReservations(tx, saga.id)
    faultPoint('orders.reserve.compensation.after')
    return { kind: 'done' }
  },
}
