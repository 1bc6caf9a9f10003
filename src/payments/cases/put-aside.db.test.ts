import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailOutcome } from '#rails'
import type { CoordinatorName, Sagas } from '#sagas'
import { createSagas } from '#sagas'
import { byCard, share, soon, startTestPayments, type TestPayments } from '#testing'
import { paymentChecks } from '../verify/payment-checks.ts'
import { sagaCases } from './saga-cases.ts'

// A message about a subject cannot be handled, and an operator discards the dead letter: the subject continues from its
// current state, whatever the message was.

let test: TestPayments
let sagas: Sagas
/** The effects of the saga's steps, in order. */
let effects: string[]
/** The subject that the third step waits for before it is done. */
let waitsFor: string | undefined
beforeEach(async () => {
  effects = []
  waitsFor = undefined
  test = await startTestPayments({
    inquireAfterMs: soon,
    join: ({ lanes }) => {
      const made = createSagas({ lanes, ...sagaCases })
      lanes.register(made.handler)
      sagas = made
    },
  })
  await test.open('shop')
  await test.openWith('payer', 1_000n)
})
afterEach(() => test.stop())

const findings = async () =>
  (await Promise.all(paymentChecks(test.database).map(({ run }) => run()))).flatMap((check) => check.findings)
const open = () => test.openCases()
const posted = async (...codes: string[]) =>
  (await Promise.all(codes.map((code) => test.balances(code)))).map(([balance]) => balance)

/** Makes the database refuse every change of a row of the table, until the dead letter that results is discarded. */
async function refuseChanges(table: string): Promise<void> {
  const { database } = test
  await database.query({
    text: `create function refuse() returns trigger language plpgsql as $$
      begin raise exception 'refused' using errcode = '22P02'; end $$`,
  })
  await database.query({
    text: `create trigger refuse before update on ${table} for each row execute function refuse()`,
  })
}

async function putAside(table: string, kind: string): Promise<void> {
  await expect.poll(open).toMatchObject([{ kind, reason: 'dead_letter' }])
  await test.settled()
  await test.database.query({ text: `drop trigger refuse on ${table}` })
  const [entry] = await open()
  const command = { action: 'force', outcome: 'succeeded', evidence: 'Seen to.' } as const
  expect((await test.act(entry?.id ?? '', command, { sagas })).ok).toBe(true)
}

const payIn = (also: object = {}) => test.pay({ source: byCard, destinations: [share('shop', 100n)], ...also })

const began = {
  payment: async () => (await payIn()).id,
  capture: async () => {
    const payment = (await payIn({ capture: 'manual' })).id
    await test.end('payment', payment)
    return (await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment }))).id
  },
  refund: async () => {
    const payment = (await payIn()).id
    await test.end('payment', payment)
    return (await test.ask((payments, tx) => payments.createRefund(tx, { book: 1, payment, metadata: {} }))).id
  },
  payout: async () => {
    const out = { amount: 100n, asset: 'USD', source: 'payer', rail: 'card', otherRails: [], instrument: 'card_out' }
    return (await test.ask((payments, tx) => payments.createPayout(tx, { book: 1, ...out, metadata: {} }))).id
  },
}

it.each([
  ['payment', 'charge', [-100n, 100n, 1_000n]],
  ['capture', 'capture', [-100n, 100n, 1_000n]],
  ['refund', 'refund', [0n, 0n, 1_000n]],
  ['payout', 'payout', [100n, 0n, 900n]],
] as const)('a %s whose dead timer is set aside is inquired about', async (kind, operation, balances) => {
  test.rail.answer = (call, ask): RailOutcome | undefined =>
    call.operation === operation && ask === 'submit' ? { kind: 'pending', railReference: `r-${call.id}` } : undefined
  const id = await began[kind]()
  const pending = {
    text: `select from payments.attempts where operation = $1 and state = 'pending'`,
    values: [operation],
  }
  await expect.poll(async () => (await test.database.query(pending)).length).toBe(1)
  await refuseChanges('payments.attempts')
  await putAside('payments.attempts', kind)
  expect((await test.end(kind, id)).row.state).toBe('succeeded')
  expect([await posted('rails:card:clearing:USD', 'shop', 'payer'), await open(), await findings()]).toEqual([
    balances,
    [],
    [],
  ])
})

const isReleased = async (id: string) => {
  await expect.poll(async () => (await test.payment(id)).phase).toBe('ended')
  expect(await test.payment(id)).toMatchObject({ state: 'canceled', amountCapturable: 0n })
  expect(test.rail.calls.map(({ operation }) => operation)).toEqual(['authorize', 'void'])
  expect([await open(), await findings()]).toEqual([[], []])
}

const inAnHour = async () => (await test.clock()) + 3_600_000_000
/** As if the hour were over. */
const expire = (id: string) =>
  test.database.query({ text: 'update payments.payments set expires_at = now() where id = $1', values: [id] })
const fireTimers = () => test.database.query({ text: 'update lanes.later set due_at = now()' })

it('an authorization that had expired when its timer died is released', async () => {
  const { id } = await payIn({ capture: 'manual', expiresAt: await inAnHour() })
  await test.end('payment', id)
  await expire(id)
  await refuseChanges('payments.payments')
  await fireTimers()
  await putAside('payments.payments', 'payment')
  await isReleased(id)
})

it('an authorization that has not expired is released at its expiry', async () => {
  const { id } = await payIn({ capture: 'manual', expiresAt: await inAnHour() })
  await test.end('payment', id)
  await refuseChanges('payments.payments')
  await test.database.query({ text: 'delete from lanes.later' })
  await test.ask(async (payments, tx) => {
    const value = await payments.input(tx, { kind: 'payment', id, book: 1 }, { kind: 'cancel' })
    return { ok: true, value }
  })
  await putAside('payments.payments', 'payment')
  await test.settled()
  await expire(id)
  await fireTimers()
  await isReleased(id)
})

it('an authorization with an accepted cancel is released', async () => {
  const { id } = await payIn({ capture: 'manual' })
  await test.end('payment', id)
  await test.lanes.stop(5_000)
  await test.ask((payments, tx) => payments.cancel(tx, { book: 1, payment: id }))
  await refuseChanges('payments.payments')
  await test.startAnother()
  await putAside('payments.payments', 'payment')
  await isReleased(id)
})

it('a dispute that its rail reports again is booked then, once', async () => {
  const { id } = await payIn()
  await test.end('payment', id)
  const call = test.rail.calls[0]?.id ?? ''
  const report = async () => {
    const outcome = { kind: 'succeeded', railReference: 'dsp_1', amount: 30n } as const
    const about = { rail: 'card', call, operation: 'dispute', railReference: 'dsp_1', occurredAt: 0 } as const
    await test.database.transaction((tx) =>
      test.payments.receiveRailEvents(tx, [{ ...about, eventId: newUuid(), outcome }]),
    )
    test.payments.wake()
    await test.settled()
  }
  const letters = () => test.database.query({ text: 'select from lanes.dead_letters' })
  const balances = () => posted('rails:card:clearing:USD', 'shop')
  await refuseChanges('payments.payments')
  await report()
  await expect.poll(open).toMatchObject([{ reason: 'dead_letter' }])
  // An operator has it.
  await report()
  expect(await letters()).toHaveLength(1)
  await putAside('payments.payments', 'payment')
  await test.settled()
  expect(await balances()).toEqual([-100n, 100n])
  await Promise.all([report(), report()])
  await report()
  expect([await balances(), await open(), await findings()]).toEqual([[-70n, 70n], [], []])
})

/** A saga of three steps that records its actions and compensations; the last step may wait. */
async function beginSaga(coordinator: CoordinatorName, refused?: string): Promise<string> {
  const steps = ['first', 'second', 'third'].map((name) => ({
    name,
    action: async () => {
      if (name === refused) return { kind: 'refused', reason: 'no' } as const
      if (name === 'third' && waitsFor !== undefined) return { kind: 'waiting', waitsFor } as const
      effects.push(name)
      return { kind: 'done' } as const
    },
    compensation: async () => {
      effects.push(`not ${name}`)
      return { kind: 'done' } as const
    },
  }))
  sagas.define({ kind: 'test', steps })
  const started = await test.database.transaction((tx) =>
    sagas.start(tx, { book: 1, kind: 'test', subject: newUuid(), coordinator }),
  )
  if (!started.ok) throw new Error(started.refusal.code)
  test.lanes.wake()
  return started.value
}
const comesTo = async (id: string, state: string, did: readonly string[]) => {
  await expect.poll(async () => (await sagas.find(test.database, id))?.saga.state).toBe(state)
  // The effects of the refused work were recorded before, and then cleared.
  expect(effects).toEqual(did)
  expect([await open(), await findings()]).toEqual([[], []])
}
const putAsideSaga = async () => {
  await expect.poll(open).toMatchObject([{ kind: 'saga', reason: 'dead_letter' }])
  effects = []
  await putAside('sagas.steps', 'saga')
}

it.each(['orchestrated', 'choreographed'] as const)('a saga goes forward (%s)', async (coordinator) => {
  await refuseChanges('sagas.steps')
  const id = await beginSaga(coordinator)
  await putAsideSaga()
  await comesTo(id, 'completed', ['first', 'second', 'third'])
})

it.each(['orchestrated', 'choreographed'] as const)('a saga whose step waits is woken (%s)', async (coordinator) => {
  waitsFor = newUuid()
  const id = await beginSaga(coordinator)
  await expect.poll(async () => (await sagas.find(test.database, id))?.steps.at(-1)?.state).toBe('acting')
  await refuseChanges('sagas.steps')
  await test.database.transaction((tx) => sagas.subjectsEnded(tx, [waitsFor ?? '']))
  test.lanes.wake()
  waitsFor = undefined
  await putAsideSaga()
  await comesTo(id, 'completed', ['third'])
})

it.each(['orchestrated', 'choreographed'] as const)('a saga to be reversed is reversed (%s)', async (coordinator) => {
  const id = await beginSaga(coordinator)
  await expect.poll(async () => (await sagas.find(test.database, id))?.saga.state).toBe('completed')
  await refuseChanges('sagas.steps')
  await test.database.transaction((tx) => sagas.reverse(tx, id, 'not_wanted'))
  test.lanes.wake()
  await putAsideSaga()
  await comesTo(id, 'reversed', ['not third', 'not second', 'not first'])
})

it.each(['orchestrated', 'choreographed'] as const)(
  'a saga is reversed from the step that it had reached (%s)',
  async (coordinator) => {
    await test.database.query({
      text: `create function refuse() returns trigger language plpgsql as $$
      begin
        if new.name = 'first' and new.state = 'compensated' then raise exception 'refused' using errcode = '22P02'; end if;
        return new;
      end $$`,
    })
    await test.database.query({
      text: 'create trigger refuse before update on sagas.steps for each row execute function refuse()',
    })
    const id = await beginSaga(coordinator, 'third')
    await putAsideSaga()
    await comesTo(id, 'reversed', ['not first'])
  },
)
