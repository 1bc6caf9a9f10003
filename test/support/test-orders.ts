import { createOrders, type Orders } from '#orders'
import { sagaCases } from '#payments'
import { createSagas, type Sagas } from '#sagas'
import { startTestPayments } from './test-payments.ts'

/** Payments with sagas and orders, joined as in the program. */
export async function startTestOrders() {
  let joined: { readonly orders: Orders; readonly sagas: Sagas } | undefined
  const test = await startTestPayments({
    join: ({ payments, lanes }) => {
      const sagas = createSagas({ lanes, ...sagaCases })
      lanes.register(sagas.handler)
      const orders = createOrders({ payments, sagas })
      payments.onEnded(async (tx, ended) => {
        const subjects = ended.flatMap((one) => ('payment' in one ? [one.row.id, one.payment.id] : [one.row.id]))
        await sagas.subjectsEnded(tx, [...new Set(subjects)])
        await orders.paymentsEnded(tx, ended)
      })
      joined = { orders, sagas }
    },
  })
  if (joined === undefined) throw new Error('orders are joined before the start')
  return { ...test, ...joined }
}
