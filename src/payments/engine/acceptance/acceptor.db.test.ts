import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { byCard, firstBook, share, startTestPayments, type TestPayments, until, verifyAll } from '#testing'
import type { IdempotentRefund, NewPayment, NewRefund } from '../../payments.ts'

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
})
afterEach(() => test.stop())

const many = 4_000

it('a sender of thousands of payments at once delays only itself', async () => {
  const request: NewPayment = {
    ...{ book: firstBook, amount: 100n, asset: 'USD', capture: 'automatic', metadata: {} },
    ...{ source: byCard, destinations: [share('shop', 100n)] },
  }
  let accepted = 0
  const pay = (group: number, sender: string) =>
    test.payments.createPayment(request, undefined, { aborted: false, sender: { group, sender } })
  const ofOne = Array.from({ length: many }, async () => {
    await pay(1, 'one')
    accepted += 1
  })
  await pay(2, 'other')
  expect(accepted).toBeLessThan(3_000)
  await Promise.all(ofOne)
  const succeeded = async () => {
    const text = `select count(*)::integer as count from payments.payments where state = 'succeeded'`
    return (await test.database.query<{ count: number }>({ text }))[0]?.count
  }
  await until(async () => (await succeeded()) === many + 1, 60_000)
  expect(await test.balances('shop')).toEqual([100n * BigInt(many + 1), 0n, 0n])
  expect(await verifyAll(test.database)).toEqual([])
})

it('refunds that arrive together are one transaction, each once, and none is more than its payment has', async () => {
  await test.openWith('payer', 2_400n)
  const paid = await Promise.all(Array.from({ length: 24 }, () => test.pay({ destinations: [share('shop', 100n)] })))
  for (const { id } of paid) await test.end('payment', id)
  const [locked, hot, keyed, ...others] = paid.map(({ id }) => id) as [string, string, string, ...string[]]
  const request = (payment: string, amount: bigint): NewRefund => ({
    ...{ book: firstBook, payment, amount, metadata: { reason: 'test' } },
  })
  const under = (key: string): IdempotentRefund => ({
    ...{ book: firstBook, key, fingerprint: createHash('sha256').update(key).digest() },
    answer: (result) => ({ status: result.ok ? 201 : 409, body: JSON.stringify({ id: result.ok && result.value.id }) }),
  })
  const another = await test.startAnother()
  const somebody = await test.database.session('somebody')
  await somebody.query({ text: 'begin' })
  await somebody.query({ text: 'select from payments.payments where id = $1 for no key update', values: [locked] })
  let isMade = false
  const behind = test.payments.makeRefund(request(locked, 100n)).finally(() => {
    isMade = true
  })
  const made = await Promise.all(others.map((id) => test.payments.makeRefund(request(id, 100n), under(id))))
  expect(isMade).toBe(false)
  await somebody.close()
  expect(await behind).toMatchObject({ kind: 'done', value: { ok: true } })
  const ids = made.map((one) => (one.kind === 'done' && one.value.ok ? one.value.value.id : ''))
  const text = `select count(distinct xmin::text)::integer as count from payments.metadata_terms where id = any ($1::uuid[])`
  expect(await test.database.query({ text, values: [ids] })).toEqual([{ count: 1 }])

  const ofHot = await Promise.all(Array.from({ length: 15 }, () => test.payments.makeRefund(request(hot, 10n))))
  const codes = ofHot.map((one) => (one.kind !== 'done' ? one.kind : one.value.ok || one.value.refusal.code))
  expect(codes.filter((code) => code === true)).toHaveLength(10)
  expect(codes.filter((code) => code === 'amount_exceeds_refundable')).toHaveLength(5)
  const ofOneKey = await Promise.all(
    [test, another, test, another].map(({ payments }) => payments.makeRefund(request(keyed, 30n), under('one'))),
  )
  const again = await test.payments.makeRefund(request(keyed, 30n), under('one'))
  expect([...ofOneKey, again].map(({ kind }) => kind).sort()).toEqual(['done', ...Array(4).fill('replayed')])
  const unknown = await test.payments.makeRefund(request('01981c8e6f7a7c0b9d2e3f4a5b6c7d8e', 1n), under('unknown'))
  expect(unknown).toMatchObject({ kind: 'done', value: { ok: false, refusal: { code: 'payment_not_found' } } })
  await test.settled()
  expect(await test.balances('shop')).toEqual([70n, 0n, 0n])
  expect(await test.balances('payer')).toEqual([2_330n, 0n, 0n])
  expect(await verifyAll(test.database)).toEqual([])
})

it('an overloaded process refuses low lanes first, and what it accepts is paid', async () => {
  const small = await startTestPayments({ waitingMax: 16 })
  await small.openWith('payer', 1_000n)
  await small.open('shop')
  await small.database.query({
    text: `insert into lanes.vendors (id, book_id, code, lane, sla_ms)
      values (gen_random_uuid(), 1, 'cheap', 3, 600000), (gen_random_uuid(), 1, 'dear', 1, 1000)`,
  })
  const pay = (vendor?: string) => {
    const request: NewPayment = {
      ...{ book: firstBook, amount: 1n, asset: 'USD', capture: 'automatic', metadata: {} },
      ...{ source: { kind: 'wallet', account: 'payer' }, destinations: [share('shop', 1n)], ...(vendor && { vendor }) },
    }
    return small.payments.createPayment(request).then(
      () => 'accepted',
      (fault: { readonly code: string }) => fault.code,
    )
  }
  // The lanes of vendors are known once they were used.
  expect(await Promise.all([pay('cheap'), pay('dear')])).toEqual(['accepted', 'accepted'])
  // All in one turn of the event loop, so that nothing is taken in between.
  const [bulk, standard, instant] = [
    Array.from({ length: 4 }, () => pay('cheap')),
    Array.from({ length: 10 }, () => pay()),
    Array.from({ length: 10 }, () => pay('dear')),
  ]
  const late = pay('cheap')
  const acceptedOf = async (some: readonly Promise<string>[]) =>
    (await Promise.all(some)).filter((one) => one === 'accepted').length
  expect([await acceptedOf(bulk), await acceptedOf(standard), await acceptedOf(instant)]).toEqual([2, 6, 8])
  expect(await late).toBe('payments_busy')
  await small.settled()
  expect(await small.balances('shop')).toEqual([18n, 0n, 0n])
  await small.stop()
})
