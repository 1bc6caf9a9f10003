import { expect, it } from 'vitest'
import { coordinators, type StuckDecision, type StuckReason } from '#payments'
import { newUuid } from '#platform/ids'
import { byCard, patience, startTestOrders, verifyAll } from '#testing'

// A confirmed order was canceled and refunded. Then its rail denies the refund, and an operator states that it failed.

const wait = { timeout: patience(30_000) }
const decline = { code: 'do_not_honor', remedy: 'never', message: 'No.' } as const
const failed = { kind: 'failed', railReference: 'r-1', decline } as const

it.each(coordinators)(
  'an order whose refund did not happen has an open entry until the money is refunded (%s)',
  async (coordinator) => {
    const test = await startTestOrders()
    try {
      const { database, payments, rail, ask } = test
      const { orders } = test
      const rows = <Row extends Record<string, unknown>>(text: string) => database.query<Row>({ text })
      const state = async () => (await rows<{ state: string }>('select state from orders.orders'))[0]?.state
      const open = async () =>
        (
          await rows<{ entry: string }>(
            `select subject_kind || ' ' || reason as entry from payments.stuck where resolved_at is null order by id`,
          )
        ).map(({ entry }) => entry)
      const posted = async () =>
        (await Promise.all(['shop', 'rails:card:clearing:USD'].map((code) => test.balances(code)))).map(([one]) => one)
      await test.openWith('shop', 500n)
      await ask((_, tx) =>
        orders.createItem(tx, { book: 1, code: 'mug', name: 'Mug', asset: 'USD', price: 100n, stock: 3n }),
      )
      const { id } = await ask((_, tx) =>
        orders.placeOrder(tx, {
          ...{ book: 1, lines: [{ item: 'mug', quantity: 1 }], source: byCard, destination: 'shop' },
          ...{ capture: 'automatic', coordinator, metadata: {} },
        }),
      )
      await expect.poll(state, wait).toBe('confirmed')
      await ask((_, tx) => orders.cancelOrder(tx, { book: 1, order: id }))
      await expect.poll(state, wait).toBe('refunded')
      expect(await posted()).toEqual([500n, 0n])

      const call = rail.calls.findLast(({ operation }) => operation === 'refund')?.id ?? ''
      rail.answer = (one, asked) => (asked === 'inquire' && one.id === call ? failed : undefined)
      const event = {
        rail: 'card',
        eventId: newUuid(),
        occurredAt: await test.clock(),
        call,
        operation: 'refund',
      } as const
      await database.transaction((tx) =>
        payments.receiveRailEvents(tx, [{ ...event, railReference: 'r-1', outcome: failed }]),
      )
      payments.wake()
      await expect.poll(open, wait).toEqual(['refund outcome_unknown'])
      const refund = (await rows<{ id: string }>('select id from payments.refunds'))[0]?.id.replaceAll('-', '') ?? ''
      const decide = async (decision: StuckDecision, about: StuckReason) => {
        const input = { kind: 'decision', decision, about } as const
        await database.transaction((tx) => payments.input(tx, { kind: 'refund', id: refund, book: 1 }, input))
        payments.wake()
      }
      await decide({ action: 'force', outcome: 'failed', evidence: 'Settlement file, line 7.' }, 'outcome_unknown')
      await expect.poll(open, wait).toEqual(['refund compensation_failed'])
      await test.settled()
      expect([await posted(), await state(), await verifyAll(database)]).toEqual([[600n, -100n], 'refunded', []])

      await decide({ action: 'retry' }, 'compensation_failed')
      await expect.poll(open, wait).toEqual([])
      expect((await test.end('refund', refund)).row.state).toBe('succeeded')
      expect([await posted(), await state(), await verifyAll(database)]).toEqual([[500n, 0n], 'refunded', []])
    } finally {
      await test.stop()
    }
  },
  120_000,
)
