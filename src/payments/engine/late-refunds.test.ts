import { expect, it } from 'vitest'
import { verifyLedger } from '#ledger'
import { byCard, share, startTestPayments } from '#testing'
import { paymentChecks } from '../index.ts'

// Refunds that the rail declined, and made after all when the money had gone back by another one.

const asked = { book: 1, metadata: {} }
const declined = { code: 'declined', remedy: 'never', message: 'No.' } as const

it('a refund that happened after another one took its place is booked as a claim, a person has it, and the books are in order', async () => {
  const test = await startTestPayments()
  try {
    await test.open('shop')
    const { id: payment } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
    await test.end('payment', payment)
    let refunds = 0
    test.rail.answer = ({ operation }) => {
      if (operation !== 'refund') return undefined
      refunds += 1
      return refunds === 1 ? { kind: 'failed', decline: declined, railReference: 'first' } : undefined
    }
    const first = await test.ask((payments, tx) => payments.createRefund(tx, { ...asked, payment }))
    await test.end('refund', first.id)
    const second = await test.ask((payments, tx) => payments.createRefund(tx, { ...asked, payment }))
    await test.end('refund', second.id)
    const call = test.rail.calls.find(({ operation }) => operation === 'refund')?.id ?? ''
    const outcome = { kind: 'succeeded', railReference: 'first', amount: 100n } as const
    const about = { rail: 'card', operation: 'refund', railReference: 'first', call } as const
    const event = { ...about, eventId: 'e-1', occurredAt: 0, outcome }
    await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event]))
    test.payments.wake()
    await test.settled()
    const open = await test.database.query({ text: 'select reason from payments.stuck where resolved_at is null' })
    expect(open).toEqual([{ reason: 'late_success' }])
    expect(await test.balances('shop')).toEqual([0n, 0n, 0n])
    expect(await test.balances('rails:card:clearing:USD')).toEqual([100n, 0n, 0n])
    expect(await test.balances('suspense:USD')).toEqual([-100n, 0n, 0n])
    const { checks } = await verifyLedger(test.database)
    const ofPayments = await Promise.all(paymentChecks(test.database).map(({ run }) => run()))
    expect([...checks, ...ofPayments].flatMap(({ findings }) => findings.map(String))).toEqual([])
  } finally {
    await test.stop()
  }
})
