import { expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { byCard, patience, share, startTestPayments } from '#testing'

const wait = { timeout: patience(10_000) }

it('a decision covers the money in suspense without the part that a refund of the same charge holds', async () => {
  const test = await startTestPayments()
  const { database, rail, pay, end, ask } = test
  await test.open('shop')
  rail.answer = ({ operation, instrument }) => {
    if (operation === 'charge') return { kind: 'succeeded', railReference: 'one-name', amount: 107n }
    return operation === 'refund' && instrument === 'card_more' ? { kind: 'pending', railReference: 'back' } : undefined
  }
  const source = { ...byCard, instrument: 'card_more' }
  const { id } = await pay({ source, destinations: [share('shop', 100n)] })
  await end('payment', id)
  const open = async () => (await test.openCases()).filter(({ subject }) => subject === id)
  const decide = async (outcome: 'succeeded' | 'failed') => {
    const [entry] = await open()
    await test.act(entry?.id ?? '', { action: 'force', outcome, evidence: 'The statement.' })
    await expect.poll(async () => (await open()).some(({ isActing }) => isActing), wait).toBe(false)
  }
  // 100 of the 107 are delivered, and 7 are being returned: a refund holds them.
  await decide('succeeded')
  const refund = { book: 1, payment: id, amount: 50n, metadata: {} }
  rail.answer = ({ operation }) =>
    operation === 'refund' ? { kind: 'succeeded', railReference: 'half', amount: 50n } : undefined
  const { id: made } = await ask((door, tx) => door.createRefund(tx, refund))
  await end('refund', made)
  const balances = async () =>
    Promise.all(['shop', 'rails:card:clearing:USD', 'suspense:USD'].map(async (code) => (await test.balances(code))[0]))
  expect(await balances()).toEqual([50n, -57n, 7n])
  // The state after an operator stated a refund in full and its rail refunded 3 less.
  await database.query({
    text: `update payments.attempts set suspended = '{"amount":3,"why":"wrong_amount"}' where subject_id = $1`,
    values: [made],
  })
  await database.query({
    text: 'update payments.payments set amount_suspended = amount_suspended + 3 where id = $1',
    values: [id],
  })
  await database.query({
    text: `insert into cases.cases (id, book_id, queue, subject_kind, subject_id, reason, detail, priority, rank, due_at)
      values ($1, 1, 'payments', 'payment', $2, 'wrong_amount', 'It returned 3 less.', 'normal', 1, now())`,
    values: [newUuid(), id],
  })
  await decide('failed')
  expect([await open(), await balances()]).toEqual([[], [50n, -54n, 4n]])
  await test.stop()
})
