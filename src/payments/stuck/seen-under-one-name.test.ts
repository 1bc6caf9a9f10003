import { expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { byCard, patience, share, startTestPayments } from '#testing'
import { actOnStuck } from './act-on-stuck.ts'

const wait = { timeout: patience(10_000) }

it('a decision is about what lies in suspense beside what a refund of the same charge holds', async () => {
  const test = await startTestPayments()
  const { database, payments, lanes, rail, pay, end, ask } = test
  await test.open('shop')
  rail.answer = ({ operation, instrument }) => {
    if (operation === 'charge') return { kind: 'succeeded', railReference: 'one-name', amount: 107n }
    return operation === 'refund' && instrument === 'card_more' ? { kind: 'pending', railReference: 'back' } : undefined
  }
  const source = { ...byCard, instrument: 'card_more' }
  const { id } = await pay({ source, destinations: [share('shop', 100n)] })
  await end('payment', id)
  type Entry = { id: string; reason: string; detail: string; is_deciding: boolean }
  const open = () =>
    database.query<Entry>({
      text: 'select id, reason, detail, is_deciding from payments.stuck where resolved_at is null and subject_id = $1',
      values: [id],
    })
  const decide = async (outcome: 'succeeded' | 'failed') => {
    const [entry] = await open()
    const sagas = { decide: async () => false, resume: () => Promise.resolve() }
    const deps = { payments, lanes, sagas, audit: async () => {} }
    const act = { action: 'force', outcome, evidence: 'The statement.' } as const
    await database.transaction((tx) =>
      actOnStuck(deps, tx, { books: [1], id: (entry?.id ?? '').replaceAll('-', ''), actor: newUuid(), act }),
    )
    payments.wake()
    await expect.poll(async () => (await open()).some((one) => one.is_deciding), wait).toBe(false)
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
    text: `insert into payments.stuck (id, book_id, subject_kind, subject_id, reason, detail)
      values ($1, 1, 'payment', $2, 'wrong_amount', 'It gave back 3 less.')`,
    values: [newUuid(), id],
  })
  await decide('failed')
  expect([await open(), await balances()]).toEqual([[], [50n, -54n, 4n]])
  await test.stop()
}, 60_000)
