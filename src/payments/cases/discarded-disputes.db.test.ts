import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { byCard, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'

// Dead letters of one payment: disputes that could not be booked. Each is money that the rail has taken back. The case
// of the payment covers every one of them, and a discarded one is booked only when its rail reports it again.

let test: TestPayments
let call: string
beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  call = test.rail.calls[0]?.id ?? ''
})
afterEach(() => test.stop())

const wait = { timeout: patience(20_000) }
const run = (text: string) => test.database.query({ text })
const balances = async () =>
  Promise.all(['shop', 'rails:card:clearing:USD'].map(async (code) => (await test.balances(code))[0]))
const letters = async () => (await run('select from lanes.dead_letters where replayed_at is null')).length
const deadCase = async () => (await test.openCases()).find(({ reason }) => reason === 'dead_letter')

/** Makes the database refuse every change of a payment. */
async function refuse(): Promise<void> {
  await run(`create or replace function refuse() returns trigger language plpgsql as $$
    begin raise exception 'refused' using errcode = '22P02'; end $$`)
  await run('create trigger refuse before update on payments.payments for each row execute function refuse()')
}
const repair = () => run('drop trigger refuse on payments.payments')

/** The rail reports a dispute under its own reference, or under that of the charge. */
async function report(reference: string, amount: bigint): Promise<void> {
  const outcome = { kind: 'succeeded', railReference: reference, amount } as const
  const about = { rail: 'card', call, operation: 'dispute', railReference: reference, occurredAt: 0 } as const
  await test.database.transaction((tx) =>
    test.payments.receiveRailEvents(tx, [{ ...about, eventId: newUuid(), outcome }]),
  )
  test.payments.wake()
}

async function dies(reference: string, amount: bigint): Promise<void> {
  const before = await letters()
  await report(reference, amount)
  await expect.poll(letters, wait).toBe(before + 1)
}

const discard = { action: 'force', outcome: 'succeeded', evidence: 'It was seen to by hand.' } as const

it('an operator who has read of one dispute does not discard another one that died since', async () => {
  await refuse()
  await dies('dsp_1', 10n)
  const read = await deadCase()
  await dies('dsp_2', 30n)
  await repair()
  const done = await test.act(read?.id ?? '', discard, { revision: read?.revision })
  expect([done, await balances()]).toMatchObject([{ ok: false, refusal: { code: 'case_changed' } }, [100n, -100n]])
  expect((await deadCase())?.detail).toMatch(/^2 things .*: dlt_\w+ failed once \(.*\); dlt_\w+ failed once \(.*\)\.$/)
  expect(await test.act(read?.id ?? '', { action: 'retry' })).toMatchObject({ ok: true })
  await expect.poll(balances, wait).toEqual([60n, -60n])
  expect([await test.openCases(), await verifyAll(test.database)]).toEqual([[], []])
})

it('a dispute that dies while an operator ends the case of an earlier one has a case', async () => {
  // The trigger stands for a slow batch: its transaction stores the dead letter after the operator's has ended.
  await run('create table public.gate as select true as is_open')
  await run(`create function wait_for_gate() returns trigger language plpgsql as $$
    begin
      for tries in 1..500 loop
        exit when exists (select from public.gate where is_open);
        perform pg_sleep(0.01);
      end loop;
      return new;
    end $$`)
  await run(
    'create trigger wait_for_gate before insert on lanes.dead_letters for each row execute function wait_for_gate()',
  )
  await refuse()
  await dies('dsp_1', 10n)
  const first = await deadCase()
  await run('update public.gate set is_open = false')
  await report('dsp_2', 30n)
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`
  await expect.poll(async () => (await run(waiting)).length, { ...wait, interval: 5 }).toBe(1)
  await repair()
  expect(await test.act(first?.id ?? '', { action: 'retry' })).toMatchObject({ ok: true })
  await run('update public.gate set is_open = true')
  await expect.poll(letters, wait).toBe(1)
  await expect.poll(balances, wait).toEqual([90n, -90n])
  await test.settled()
  expect([await test.openCases(), await verifyAll(test.database)]).toMatchObject([[{ reason: 'dead_letter' }], []])
})

it('a discarded dispute that was booked from another report is not booked again by a retry', async () => {
  const reference = `card-${call}`
  await refuse()
  await dies(reference, 30n)
  await repair()
  expect(await test.act((await deadCase())?.id ?? '', discard)).toMatchObject({ ok: true })
  await test.settled()
  expect([await balances(), await test.openCases()]).toEqual([[100n, -100n], []])
  await report(reference, 30n)
  await expect.poll(balances, wait).toEqual([70n, -70n])
  await refuse()
  await dies('dsp_2', 10n)
  await repair()
  expect(await test.act((await deadCase())?.id ?? '', { action: 'retry' })).toMatchObject({ ok: true })
  await expect.poll(balances, wait).not.toEqual([70n, -70n])
  await test.settled()
  expect([await balances(), await test.openCases()]).toEqual([[60n, -60n], []])
  expect(await verifyAll(test.database)).toEqual([])
})

it('a discarded dispute that its rail reports again is booked, also while another one has a case', async () => {
  await refuse()
  await dies('dsp_1', 30n)
  await repair()
  expect(await test.act((await deadCase())?.id ?? '', discard)).toMatchObject({ ok: true })
  await test.settled()
  await refuse()
  await dies('dsp_2', 10n)
  await repair()
  await report('dsp_1', 30n)
  await test.settled()
  expect([await balances(), await test.openCases()]).toMatchObject([[70n, -70n], [{ reason: 'dead_letter' }]])
  expect(await test.act((await deadCase())?.id ?? '', discard)).toMatchObject({ ok: true })
  await test.settled()
  expect([await balances(), await test.openCases()]).toEqual([[70n, -70n], []])
  expect(await verifyAll(test.database)).toEqual([])
})

it('a discarded dispute stays so when dead letters are replayed by a filter, and at the next start', async () => {
  await refuse()
  await dies('dsp_1', 30n)
  await repair()
  expect(await test.act((await deadCase())?.id ?? '', discard)).toMatchObject({ ok: true })
  const replay = { by: newUuid(), max: 10 }
  const replayed = await test.database.transaction((tx) => test.lanes.replay(tx, { book: 1 }, replay))
  await test.startAnother()
  await test.settled()
  expect([replayed.count, await balances(), await test.openCases()]).toEqual([0, [100n, -100n], []])
})
