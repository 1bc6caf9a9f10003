import { describe, expect, test } from 'vitest'
import type { Transfer } from '#ledger'
import type { Capture, Payment, Payout, Refund } from '../payment.ts'
import { renderTimelineItem } from './render-timeline.ts'
import { paymentTimeline, payoutTimeline } from './timeline.ts'
import type { KeptAttempt, KeptStep, TimelineRecords } from './timeline-read-model.ts'

const id = (n: number) => n.toString(16).padStart(32, '0')
const none: TimelineRecords = { captures: [], refunds: [], steps: [], attempts: [] }

const payment: Payment = {
  id: id(1),
  book: 1,
  state: 'succeeded',
  reason: undefined,
  phase: 'ended',
  asset: 'USD',
  amount: 1000n,
  source: { kind: 'rail', rail: 'card', instrument: 'card_visa_ok', otherRails: [] },
  destinations: [{ account: 'merchants:1', amount: 900n }],
  fee: { account: 'fees', amount: 100n },
  capture: 'manual',
  amountCapturable: 0n,
  amountCapturing: 0n,
  amountCaptured: 1000n,
  amountRefunding: 0n,
  amountRefunded: 0n,
  holds: [],
  currentAttempt: undefined,
  rail: 'card',
  railReference: 'ch_1',
  attempts: 1,
  vendor: 0,
  lane: 'standard',
  reference: undefined,
  metadata: {},
  expiresAt: undefined,
  createdAt: 100,
  version: 3,
}

const attempt = (also: Partial<KeptAttempt>): KeptAttempt => ({
  id: id(2),
  subject: { kind: 'payment', id: payment.id },
  rail: 'card',
  operation: 'authorize',
  amount: 1000n,
  asset: 'USD',
  state: 'succeeded',
  railReference: 'auth_1',
  reason: undefined,
  inquiries: 0,
  createdAt: 200,
  ...also,
})

const step = (also: Partial<KeptStep>): KeptStep => ({
  at: 200,
  subject: { kind: 'payment', id: payment.id },
  input: 'start',
  state: 'processing',
  note: undefined,
  transfers: [],
  events: [],
  ...also,
})

const textOf = (attempted: KeptAttempt) => paymentTimeline(payment, { ...none, attempts: [attempted] })[1]?.text

describe('the timeline of a payment', () => {
  test('has the requests, their results and the calls of rails in the order of time', () => {
    const capture: Capture = {
      ...{ id: id(3), payment: payment.id, amount: 600n, final: false, state: 'succeeded' },
      ...{ reason: undefined, currentAttempt: undefined, createdAt: 400 },
    }
    const refund: Refund = {
      ...{ id: id(4), book: 1, payment: payment.id, amount: 50n, asset: 'USD', to: { kind: 'source' }, from: [] },
      ...{ state: 'processing', reason: undefined, phase: 'new', holds: [], currentAttempt: undefined, attempts: 0 },
      ...{ isReversal: false, metadata: {}, createdAt: 500, version: 0 },
    }
    const items = paymentTimeline(payment, {
      ...none,
      captures: [capture],
      refunds: [refund],
      attempts: [attempt({})],
      steps: [
        step({ note: 'The rail card is asked to hold it.' }),
        step({ at: 300, input: 'outcome', state: 'authorized' }),
      ],
    })
    expect(items.map(({ at, kind, text }) => [at, kind, text])).toEqual([
      [
        100,
        'accepted',
        'The payment of 10.00 USD from card_visa_ok over card to merchants:1, with a fee of 1.00 USD to fees was accepted, to be captured later.',
      ],
      [200, 'step', 'The rail card is asked to hold it.'],
      [200, 'attempt', 'The rail card was asked to hold 10.00 USD; it did (auth_1).'],
      [300, 'step', 'The payment is authorized.'],
      [400, 'accepted', 'A capture of 6.00 USD was asked for; more may follow.'],
      [500, 'accepted', 'A refund of 0.50 USD to where it came from was asked for.'],
    ])
  })

  test.each<[Partial<KeptAttempt>, string]>([
    [{ state: 'submitting', railReference: undefined }, 'its answer has not come yet.'],
    [{ state: 'pending' }, 'accepted, the outcome follows (auth_1).'],
    [{ state: 'unknown', railReference: undefined, inquiries: 2 }, 'what became of it is not known after 2 inquiries.'],
    [{ state: 'failed', reason: 'do_not_honor' }, 'it did not (auth_1): do_not_honor.'],
    [{ state: 'succeeded', inquiries: 1 }, 'it did (auth_1) after one inquiry.'],
    [{ state: 'not_sent', railReference: undefined }, 'it was away, so nothing was sent.'],
  ])('describes an attempt %o: %s', (also, end) => {
    expect(textOf(attempt(also))).toBe(`The rail card was asked to hold 10.00 USD; ${end}`)
  })

  test('names no call that was only perhaps made, by a server that is lost', () => {
    const lost = attempt({ state: 'not_sent', railReference: undefined, exchange: { isLost: true } })
    expect(textOf(lost)).toBe(
      'Another server may have asked the rail card to hold 10.00 USD; the rail does not know it.',
    )
  })

  test('shows the transfers of a step as they are now, by their public names', () => {
    const account = (n: number, code: string) => ({ id: id(n), code }) as unknown as Transfer['source']
    const transfer = {
      ...{ id: id(9), source: account(10, 'rails:card:clearing:USD'), destination: account(11, 'merchants:1') },
      ...{ amount: 900n, amountPosted: 900n, asset: 'USD', state: 'posted' },
    } as unknown as Transfer
    const steps = [step({ transfers: [id(9), id(8)], events: ['payment.succeeded'] })]
    const [, item] = paymentTimeline(payment, { ...none, steps })
    const rendered = JSON.parse(renderTimelineItem(item as NonNullable<typeof item>, new Map([[id(9), transfer]])))
    expect(rendered).toEqual({
      at: '1970-01-01T00:00:00.000200Z',
      kind: 'step',
      subject: 'pay_00000000000000000000000001',
      text: 'The payment is processing.',
      state: 'processing',
      input: 'start',
      transfers: [
        {
          id: 'trf_00000000000000000000000009',
          source_code: 'rails:card:clearing:USD',
          destination_code: 'merchants:1',
          amount: '900',
          amount_posted: '900',
          asset: 'USD',
          state: 'posted',
        },
      ],
      attempt: null,
      events: ['payment.succeeded'],
    })
  })
})

test('the timeline of a payout begins with its acceptance', () => {
  const payout: Payout = {
    ...{ id: id(5), book: 1, amount: 70n, asset: 'USD', source: 'merchants:1', rail: 'bank', otherRails: [] },
    ...{
      instrument: 'DE02',
      state: 'processing',
      reason: undefined,
      phase: 'new',
      holds: [],
      currentAttempt: undefined,
    },
    ...{ railReference: undefined, attempts: 0, vendor: 0, lane: 'standard', reference: undefined, metadata: {} },
    ...{ createdAt: 1, version: 0 },
  }
  const [item] = payoutTimeline(payout, none)
  expect(item).toMatchObject({
    kind: 'accepted',
    text: 'The payout of 0.70 USD from merchants:1 over bank was accepted.',
  })
})
