import { expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { byCard, share, startTestPayments, until, verifyAll } from '#testing'
import type { CaseReason } from '../machine.ts'

it('a case of an ended payment waits behind a later one, and the verification requires it', async () => {
  const test = await startTestPayments()
  await test.openWith('shop', 1_000n)
  const decline = { code: 'do_not_honor', remedy: 'instrument', message: 'No.' } as const
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  const asked = { book: 1, payment: id, amount: 60n, metadata: {} }
  const refund = await test.ask((payments, tx) => payments.createRefund(tx, asked))
  await test.end('refund', refund.id)
  const call = test.rail.calls.find(({ operation }) => operation === 'charge')?.id ?? ''
  // The rail now reports that the charge failed, and answers inquiries in the same way.
  test.rail.answer = ({ operation }, ask) =>
    ask === 'inquire' && operation === 'charge' ? { kind: 'failed', decline } : undefined
  const tell = async (event: object) => {
    const reported = { rail: 'card', call, occurredAt: 0, ...event } as never
    await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [reported]))
    test.payments.wake()
  }
  type Entry = { id: Uuid; reason: CaseReason; resolution: string | null }
  const entries = () =>
    test.database.query<Entry>({
      text: `select replace(id::text, '-', '') as id, reason, resolution from cases.cases
        where subject_id = $1 order by resolved_at`,
      values: [id],
    })
  const shown = async (reason: CaseReason) => {
    await until(async () => (await entries()).some((entry) => entry.reason === reason && entry.resolution === null))
    return (await entries()).find((entry) => entry.reason === reason && entry.resolution === null)
  }
  const reference = `card-${call}`
  await tell({ eventId: 'e1', railReference: reference, operation: 'charge', outcome: { kind: 'failed', decline } })
  await shown('outcome_unknown')
  const outcome = { kind: 'succeeded', railReference: 'dsp_1', amount: 50n }
  await tell({ eventId: 'e2', railReference: 'dsp_1', operation: 'dispute', outcome })
  const disputed = await shown('dispute_after_refund')
  const denied = await shown('outcome_unknown')
  const refused = await test.act(denied?.id ?? '', { action: 'inquire' })
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'case_waits' } })
  const command = { action: 'force', outcome: 'succeeded', evidence: 'It is our loss.' } as const
  expect(await test.act(disputed?.id ?? '', command)).toMatchObject({ ok: true })
  await until(async () => (await test.openCases()).length === 1)
  expect(await entries()).toMatchObject([
    { reason: 'dispute_after_refund', resolution: 'force' },
    { reason: 'outcome_unknown', resolution: null },
  ])
  expect(await verifyAll(test.database)).toEqual([])
  // The verifier finds a loss that only an entry of another reason covers.
  const put = (reason: CaseReason) =>
    test.database.query({ text: `update cases.cases set reason = $1 where resolution = 'force'`, values: [reason] })
  await put('unmatched_event')
  const found = (await verifyAll(test.database)).join()
  await test.stop()
  expect(found).toContain('is in suspense without a case')
})
