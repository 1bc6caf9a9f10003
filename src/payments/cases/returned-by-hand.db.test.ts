import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailEvent, RailOperation, RailOutcome } from '#rails'
import { byCard, machinesSeeing, patience, share, startTestPayments, type TestPayments } from '#testing'
import type { MachineContext } from '../machine.ts'
import { paymentChecks } from '../verify/payment-checks.ts'

// Money comes late over a rail that cannot refund: an operator returns it, and says so.

const unable = (context: MachineContext): MachineContext => ({
  ...context,
  capabilities: (rail) => {
    const capabilities = context.capabilities(rail)
    return (
      capabilities && {
        ...capabilities,
        operations: new Set([...capabilities.operations].filter((one) => one !== 'refund')),
      }
    )
  },
})

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments({ machines: machinesSeeing(unable) })
  await test.open('shop')
})
afterEach(() => test.stop())

const wait = { timeout: patience(10_000) }
const no: RailOutcome = { kind: 'failed', decline: { code: 'do_not_honor', remedy: 'never', message: 'No.' } }

const open = () => test.openCases()

const lateEvent = (call: string, operation: RailOperation, amount: bigint) => {
  const railReference = `late-${call}`
  const event = { rail: 'card', eventId: newUuid(), occurredAt: 0, call, operation, railReference } as const
  return { ...event, outcome: { kind: 'succeeded', railReference, amount } as const }
}

/** An operator states that the money of the open entry was returned; `meanwhile` goes to the payment before that. */
async function sayReturned(
  meanwhile: ReturnType<typeof lateEvent>[] = [],
  outcome: 'succeeded' | 'failed' = 'succeeded',
): Promise<void> {
  const [entry] = await open()
  const command = { action: 'force', outcome, evidence: 'Returned by bank transfer.' } as const
  await test.act(entry?.id ?? '', command, { before: (tx) => test.payments.receiveRailEvents(tx, meanwhile) })
}

async function happensLate(call: string | undefined, operation: RailOperation, amount: bigint): Promise<void> {
  await test.database.transaction((tx) =>
    test.payments.receiveRailEvents(tx, [lateEvent(call ?? '', operation, amount)]),
  )
  test.payments.wake()
  await expect.poll(open, wait).toMatchObject([{ kind: 'payment', reason: 'late_success' }])
}

/** The balances of the shop, of the rail and of suspense. */
const balances = async () =>
  Promise.all(['shop', 'rails:card:clearing:USD', 'suspense:USD'].map(async (code) => (await test.balances(code))[0]))

const findings = async () =>
  (await Promise.all(paymentChecks(test.database).map(({ run }) => run()))).flatMap((check) => check.findings)

/** A payment that its customer tried three times; the rail declines the first two charges. */
async function paidAtLast() {
  let declines = 2
  test.rail.answer = () => {
    declines -= 1
    return declines >= 0 ? no : undefined
  }
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  for (let times = 0; times < 2; times += 1) {
    await test.ask((payments, tx) => payments.retry(tx, { book: 1, payment: id, instrument: 'card_ok' }))
    await test.end('payment', id)
  }
  return { id, calls: test.rail.calls.map((call) => call.id) }
}

it('two late charges that the rail denies are decided one after the other', async () => {
  const { calls } = await paidAtLast()
  const [one = '', two = ''] = calls
  await happensLate(one, 'charge', 100n)
  const tell = (events: RailEvent[]) => test.database.transaction((tx) => test.payments.receiveRailEvents(tx, events))
  await tell([lateEvent(two, 'charge', 100n)])
  test.payments.wake()
  await expect.poll(balances, wait).toEqual([100n, -300n, 200n])
  test.rail.answer = (_, ask) => (ask === 'inquire' ? no : undefined)
  for (const call of [two, one]) {
    await tell([{ ...lateEvent(call, 'charge', 100n), outcome: no }])
    test.payments.wake()
    const isDenied = `select id from payments.attempts where id = '${call}' and reason = 'contradicted'`
    await expect.poll(() => test.database.query({ text: isDenied }), wait).toHaveLength(1)
  }
  const next = async () => (await open())[0]?.detail
  expect(await next()).toContain(`What is stated next is about the charge of 1.00 USD over card (late-${one})`)
  await sayReturned([], 'failed')
  await expect.poll(next, wait).toContain(`(late-${two})`)
  expect([await balances(), await findings()]).toEqual([[100n, -200n, 100n], []])
  await sayReturned([], 'failed')
  await expect.poll(open, wait).toEqual([])
  expect([await balances(), await findings()]).toEqual([[100n, -100n, 0n], []])
})

it('stating that one late charge was returned does not cover one that came meanwhile', async () => {
  const { calls } = await paidAtLast()
  const [one, two] = calls
  await happensLate(one, 'charge', 100n)
  await sayReturned([lateEvent(two ?? '', 'charge', 100n)])
  await expect.poll(async () => (await open())[0]?.detail, wait).toContain('Now in suspense: 1.00 USD over card.')
  expect([await balances(), await findings()]).toEqual([[100n, -200n, 100n], []])
  await sayReturned()
  await expect.poll(open, wait).toEqual([])
  expect([await balances(), await findings()]).toEqual([[100n, -100n, 0n], []])
})

it('a late capture leaves suspense', async () => {
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)], capture: 'manual' })
  await test.end('payment', id)
  test.rail.answer = (call) => (call.operation === 'capture' && call.amount === 60n ? no : undefined)
  const part = { book: 1, payment: id, amount: 60n, final: false }
  const first = await test.ask((payments, tx) => payments.capture(tx, part))
  await test.end('capture', first.id)
  const second = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: id }))
  await test.end('capture', second.id)
  await happensLate(test.rail.calls.find(({ amount }) => amount === 60n)?.id, 'capture', 60n)
  expect([await balances(), await findings()]).toEqual([[100n, -160n, 60n], []])
  await sayReturned()
  await expect.poll(open, wait).toEqual([])
  expect([await balances(), await findings()]).toEqual([[100n, -100n, 0n], []])
})

it('the migration assigns the money in suspense to the attempts that brought it', async () => {
  let declines = 1
  test.rail.answer = ({ instrument }) => {
    declines -= 1
    if (instrument === 'card_less') return { kind: 'succeeded', railReference: 'less', amount: 90n }
    return declines >= 0 ? no : undefined
  }
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  await test.ask((payments, tx) => payments.retry(tx, { book: 1, payment: id, instrument: 'card_ok' }))
  await test.end('payment', id)
  await happensLate(test.rail.calls[0]?.id, 'charge', 100n)
  const source = { ...byCard, instrument: 'card_less' }
  const less = await test.pay({ source, destinations: [share('shop', 100n)] })
  await test.end('payment', less.id)
  const text = 'select id, suspended::text from payments.attempts order by id'
  const before = await test.database.query<{ id: string; suspended: string | null }>({ text })
  expect(before.filter(({ suspended }) => suspended !== null)).toHaveLength(2)
  // The columns' names of that time.
  const renamed = [
    ['payments', 'call', 'current_attempt'],
    ['attempts', 'concerns', 'original_reference'],
  ] as const
  for (const [table, old, now] of renamed) {
    await test.database.query({ text: `alter table payments.${table} rename column ${now} to ${old}` })
  }
  await test.database.query({ text: 'alter table payments.attempts drop column suspended' })
  const file = new URL('../migrations/0013_suspended-by-attempt.sql', import.meta.url)
  for (const statement of (await readFile(file, 'utf8')).split(/;\n/)) {
    if (statement.trim() !== '') await test.database.query({ text: statement })
  }
  for (const [table, old, now] of renamed) {
    await test.database.query({ text: `alter table payments.${table} rename column ${old} to ${now}` })
  }
  const parsed = (rows: typeof before) => rows.map((row) => [row.id, JSON.parse(row.suspended ?? 'null')])
  expect(parsed(await test.database.query({ text }))).toEqual(parsed(before))
  expect(await findings()).toEqual([])
})

it('a return stated on an outdated revision is refused when more money has come since', async () => {
  const { calls } = await paidAtLast()
  const [one, two] = calls
  await happensLate(one, 'charge', 100n)
  const [read] = await open()
  const state = (revision: number | undefined) =>
    test.act(
      read?.id ?? '',
      { action: 'force', outcome: 'succeeded', evidence: 'Returned by bank transfer.' },
      { revision },
    )
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [lateEvent(two ?? '', 'charge', 100n)]))
  test.payments.wake()
  await expect.poll(balances, wait).toEqual([100n, -300n, 200n])
  const [now] = await open()
  expect(now?.id).toBe(read?.id)
  expect(await state(read?.revision)).toMatchObject({ ok: false, refusal: { code: 'case_changed' } })
  await test.settled()
  expect([await balances(), await findings()]).toEqual([[100n, -300n, 200n], []])

  expect(await state(now?.revision)).toMatchObject({ ok: true })
  await expect.poll(open, wait).toEqual([])
  expect([await balances(), await findings()]).toEqual([[100n, -100n, 0n], []])
})
