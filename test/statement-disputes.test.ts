import { afterEach, beforeEach, expect, it } from 'vitest'
import { paymentChecks } from '#payments'
import { Fault } from '#platform/faults'
import { createRails, type RailAdapter, type RailEvent } from '#rails'
import { byCard, patience, share, startTestPayments, type TestPayments } from '#testing'
import { scriptedRails } from './support/test-payments.ts'

// A statement of the rail is the only one that tells that 30 of a charge of 100 were taken back.

let test: TestPayments
/** The event of the dispute, and what it is read as. */
let dispute: RailEvent
beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  const call = test.rail.calls[0]?.id ?? ''
  const railReference = `card-${call}`
  dispute = {
    ...{ rail: 'card', eventId: 'ev_dispute', railReference, call, operation: 'dispute', occurredAt: 0 },
    outcome: { kind: 'succeeded', railReference, amount: 30n },
  }
})
afterEach(() => test.stop())

/** Collects from a rail with these statements until it has been asked for some lists; the broken ones fail once. */
async function collect(statements: Readonly<Record<string, readonly string[]>>, broken: readonly string[] = []) {
  const failing = new Set(broken)
  let lists = 0
  const statementSource: NonNullable<RailAdapter['statements']> = {
    list: async (after = '') => {
      lists += 1
      const later = Object.entries(statements).filter(([name]) => name > after)
      return { ok: true, offers: later.map(([name, lines]) => ({ name, lines: lines.length })) }
    },
    read: async function* read({ name }, position = '0') {
      if (failing.delete(name)) throw new Fault({ code: 'broken', message: 'The connection broke.', retryable: true })
      for (const [at, text] of (statements[name] ?? []).entries()) {
        const isDispute = text === dispute.eventId
        const reading = isDispute
          ? { kind: 'event' as const, event: dispute }
          : { kind: 'nothing' as const, eventId: text }
        if (at >= Number(position)) yield { position: String(at + 1), text, reading }
      }
    },
  }
  const card = scriptedRails().rails.rail('card')
  if (card === undefined) throw new Error('there is a card')
  const adapter: RailAdapter = {
    ...{ ...card, probe: async () => true, close: async () => undefined },
    statements: statementSource,
  }
  const rails = createRails({
    database: test.database,
    adapters: [adapter],
    onEvents: (tx, events) => test.payments.receiveRailEvents(tx, events),
    onHandedOn: () => test.lanes.wake(),
    readBooks: async () => [1],
    collects: true,
    statementsEveryMs: 20,
    ...{ measure: () => undefined, onNotice: () => undefined, onFault: () => undefined },
  })
  await rails.start()
  await expect.poll(() => lists, { timeout: patience(20_000) }).toBeGreaterThan(5)
  await rails.stop()
}

const posted = () =>
  Promise.all(['shop', 'rails:card:clearing:USD'].map(async (code) => (await test.balances(code))[0]))
async function isBookedOnce(): Promise<void> {
  await expect.poll(posted, { timeout: patience(10_000) }).toEqual([70n, -70n])
  await test.settled()
  expect(await posted()).toEqual([70n, -70n])
  const found = await Promise.all(paymentChecks(test.database).map(({ run }) => run()))
  expect(found.flatMap(({ findings }) => findings)).toEqual([])
}

it('a dispute is booked although its statement failed once, and 59 later ones were read meanwhile', async () => {
  const days = Array.from({ length: 60 }, (_, day) => `day ${String(day).padStart(2, '0')}`)
  const statements = Object.fromEntries(days.map((day, at) => [day, [at === 0 ? 'ev_dispute' : `ev_${day}`]]))
  await collect(statements, ['day 00'])
  await isBookedOnce()
})

it('a dispute is booked once although its statement is issued again when its event is forgotten', async () => {
  await collect({ '2026-01': ['ev_dispute'] })
  await isBookedOnce()
  await test.database.query({ text: `update rails.statements set begun_at = begun_at - interval '91 days'` })
  await test.database.query({ text: 'delete from rails.inbox' })
  await collect({ '2026-01': ['ev_dispute', 'ev_other'] })
  await isBookedOnce()
})
