import { MunimError, type Payment, type PaymentState, type Refund } from '@munim/sdk'
import { purses, sellers, shop } from './market.ts'
import { eachAtOnce, type PaymentsStage, until, waiting } from './payments-stage.ts'
import { orRefused } from './trade.ts'

type Mishap = {
  readonly what: string
  readonly rail: 'card' | 'upi' | 'bank'
  readonly instrument: string
  readonly ends: PaymentState
  /** The percentage that must have been returned in the end, by refunds of any kind. */
  readonly givenBack?: number
  /** The rail first reports a failure. A busy server may learn of the later success first, or act after it. */
  readonly happensLate?: true
  /** A busy server may cancel it before it asks the rail: then nothing goes back. */
  readonly mayBeUnasked?: true
  /** What went back, if not the payment's money. */
  readonly back?: string
  /** A refund must have come back after it had succeeded. */
  readonly refundReturns?: true
  readonly meanwhile?: (stage: PaymentsStage, payment: Payment) => Promise<void>
}

const iban = (words: string) => `IN24BZAR${words}`

const mishaps: readonly Mishap[] = [
  ...answersGoMissing(),
  { what: 'the callback comes before the answer', rail: 'upi', instrument: 'early@upi', ends: 'succeeded' },
  { what: 'the callback comes twice', rail: 'upi', instrument: 'duplicate@upi', ends: 'succeeded' },
  { what: 'an older callback comes after the end', rail: 'upi', instrument: 'out_of_order@upi', ends: 'succeeded' },
  { what: 'no callback ever comes', rail: 'upi', instrument: 'no_callback@upi', ends: 'succeeded' },
  { what: 'the statement has a line twice', rail: 'bank', instrument: iban('DUPLICATE'), ends: 'succeeded' },
  { what: 'the statement has no line of it', rail: 'bank', instrument: iban('NOLINE'), ends: 'succeeded' },
  { what: 'the account is closed, says the statement', rail: 'bank', instrument: iban('AC04'), ends: 'failed' },
  { what: 'the bank suspects fraud', rail: 'card', instrument: 'card_fraud', ends: 'failed' },
  {
    what: 'too little on the card; the customer takes another',
    rail: 'card',
    instrument: 'card_insufficient_funds',
    ends: 'succeeded',
    meanwhile: retryWithAnotherCard,
  },
  {
    what: 'it fails, and happens after all',
    rail: 'upi',
    instrument: 'late_success@upi',
    happensLate: true,
    ends: 'failed',
    givenBack: 100,
  },
  {
    what: 'UPI charges late, after a card took its place',
    rail: 'upi',
    instrument: 'late_success@upi',
    happensLate: true,
    ends: 'succeeded',
    givenBack: 100,
    back: 'the late charge',
    meanwhile: payByCard,
  },
  {
    what: 'returned one day, settled the next',
    rail: 'bank',
    instrument: iban('LATESUCCESS'),
    happensLate: true,
    ends: 'failed',
    givenBack: 100,
  },
  {
    // Without a callback, the outcome is known only after an inquiry seconds later: time enough to cancel.
    what: 'canceled while UPI is still asking the payer',
    rail: 'upi',
    instrument: 'no_callback@upi',
    ends: 'canceled',
    givenBack: 100,
    mayBeUnasked: true,
    meanwhile: cancelOnceAsked,
  },
  {
    what: 'the customer wants it all back',
    rail: 'card',
    instrument: 'card_ok',
    ends: 'succeeded',
    givenBack: 100,
    meanwhile: oncePaid(({ munim }, { id }) => munim.payments.cancelOrRefund(id, waiting)),
  },
  {
    what: "the payer's bank takes it back",
    rail: 'card',
    instrument: 'card_dispute',
    ends: 'succeeded',
    givenBack: 100,
  },
  { what: 'a dispute is opened, and won', rail: 'card', instrument: 'card_dispute_won', ends: 'succeeded' },
  {
    what: 'a dispute is opened, and lost',
    rail: 'card',
    instrument: 'card_dispute_lost',
    ends: 'succeeded',
    givenBack: 100,
  },
  {
    what: 'two refunds of 60% at the same moment',
    rail: 'card',
    instrument: 'card_ok',
    ends: 'succeeded',
    givenBack: 60,
    meanwhile: oncePaid(refundTwice),
  },
  {
    what: 'no answer to a refund, though it happened',
    rail: 'card',
    instrument: 'card_refund_timeout_happened',
    ends: 'succeeded',
    givenBack: 100,
    meanwhile: oncePaid(refund),
  },
  {
    what: 'a refund fails after it had succeeded',
    rail: 'card',
    instrument: 'card_refund_returned',
    ends: 'succeeded',
    refundReturns: true,
    meanwhile: oncePaid(refundInVain),
  },
  {
    what: 'UPI will not refund; it goes to a wallet',
    rail: 'upi',
    instrument: 'refund_failure@upi',
    ends: 'succeeded',
    givenBack: 100,
    meanwhile: oncePaid(refundToPurse),
  },
  {
    what: 'the payer of a bank transfer wants it back',
    rail: 'bank',
    instrument: iban('20201555555555'),
    ends: 'succeeded',
    givenBack: 100,
    meanwhile: oncePaid(refund),
  },
  { what: 'a tenth too little arrives', rail: 'card', instrument: 'card_wrong_amount', ends: 'failed', givenBack: 90 },
  { what: 'a tenth too much arrives', rail: 'card', instrument: 'card_over_amount', ends: 'succeeded', givenBack: 10 },
  { what: 'the rail never says whether it charged', rail: 'card', instrument: 'card_unknown', ends: 'succeeded' },
  { what: 'the bank takes its time, for ever', rail: 'upi', instrument: 'stays_pending@upi', ends: 'succeeded' },
  {
    what: 'a wrong amount that nobody has decided about yet',
    rail: 'bank',
    instrument: iban('WRONGAMOUNT'),
    ends: 'requires_review',
  },
]

function answersGoMissing(): readonly Mishap[] {
  const card = ({ what, word }: { readonly what: string; readonly word: string }): Mishap => ({
    what,
    rail: 'card',
    instrument: `card_${word}`,
    ends: 'succeeded',
  })
  return [
    card({ what: 'no answer, though the card was charged', word: 'timeout_happened' }),
    card({ what: 'no answer, and the card was not charged', word: 'timeout_not_happened' }),
    card({ what: 'the connection breaks after the charge', word: 'reset_happened' }),
    card({ what: 'an error 500, and nothing was done', word: '500' }),
    card({ what: 'an error 500, and yet it was done', word: '500_happened' }),
    {
      what: 'no answer of UPI, though it asks the payer',
      rail: 'upi',
      instrument: 'timeout_happened@upi',
      ends: 'succeeded',
    },
  ]
}

/** The payment whose case stays open for the user of the demo. */
export const undecidedReference = 'mishap-undecided'

const amount = 50_000n

const longMs = 60_000

async function retryWithAnotherCard({ munim }: PaymentsStage, { id }: Payment): Promise<void> {
  await until(async () => (await munim.payments.get(id)).state === 'failed', longMs)
  await munim.payments.retry(id, { instrument: 'card_ok' }, waiting)
}

/** A busy server may learn of the late charge first, and refuse. */
async function payByCard(stage: PaymentsStage, { id }: Payment): Promise<void> {
  const { munim } = stage
  await until(async () => (await munim.payments.get(id)).state !== 'processing', longMs)
  await orRefused(stage, () => munim.payments.retry(id, { rail: 'card', instrument: 'card_ok' }, waiting))
}

async function cancelOnceAsked({ munim }: PaymentsStage, { id }: Payment): Promise<void> {
  await until(async () => (await munim.payments.get(id)).rail !== null, longMs)
  await munim.payments.cancel(id)
}

/** A bank takes seconds; a busy machine may take as long for any payment. */
function oncePaid(act: (stage: PaymentsStage, payment: Payment) => Promise<unknown>) {
  return async (stage: PaymentsStage, payment: Payment): Promise<void> => {
    await until(async () => (await stage.munim.payments.get(payment.id)).state === 'succeeded', longMs)
    await act(stage, payment)
  }
}

function refund({ munim }: PaymentsStage, { id }: Payment): Promise<Refund> {
  return munim.refunds.create({ payment: id }, waiting)
}

async function refundInVain(stage: PaymentsStage, payment: Payment): Promise<void> {
  const { id } = await refund(stage, payment)
  await until(async () => (await stage.munim.refunds.get(id)).state === 'failed', longMs)
}

async function refundTwice({ munim }: PaymentsStage, { id }: Payment): Promise<void> {
  const wanted = { payment: id, amount: (amount * 60n) / 100n }
  const both = await Promise.allSettled([munim.refunds.create(wanted, waiting), munim.refunds.create(wanted, waiting)])
  const refusals = both.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  for (const error of refusals) {
    if (!(error instanceof MunimError) || error.code !== 'amount_exceeds_refundable') throw error
  }
}

async function refundToPurse({ munim }: PaymentsStage, { id }: Payment): Promise<void> {
  const first = await munim.refunds.create({ payment: id }, waiting)
  await until(async () => (await munim.refunds.get(first.id)).state === 'failed', longMs)
  await munim.refunds.create({ payment: id, to: { wallet: purses[0] ?? '' } }, waiting)
}

export type PlayedMishap = { readonly mishap: Mishap; readonly id: string }

export async function playMishaps(stage: PaymentsStage): Promise<readonly PlayedMishap[]> {
  const played: PlayedMishap[] = []
  await eachAtOnce([...mishaps.entries()], mishaps.length, async ([index, mishap]) => {
    const { rail, instrument, ends, meanwhile } = mishap
    const accepted = await stage.munim.payments.create(
      {
        amount,
        asset: 'INR',
        source: { rail, instrument },
        destination: index % 2 === 0 ? shop : (sellers[index % sellers.length] ?? shop),
        vendor: index % 2 === 0 ? 'lamp-shop' : 'haat',
        reference: ends === 'requires_review' ? undecidedReference : `mishap-${index}`,
      },
      mishap.what.startsWith('canceled') ? {} : waiting,
    )
    played[index] = { mishap, id: accepted.id }
    await meanwhile?.(stage, accepted)
  })
  return played
}

export type EndedMishap = {
  readonly what: string
  readonly rail: string
  readonly instrument: string
  readonly ended: string
  readonly asPlanned: boolean
}

export async function endMishaps(
  { munim }: PaymentsStage,
  played: readonly PlayedMishap[],
): Promise<readonly EndedMishap[]> {
  const ends: EndedMishap[] = []
  for (const { mishap, id } of played) {
    const payment = await munim.payments.get(id)
    const refunds: Refund[] = []
    for await (const refund of munim.refunds.list({ payment: id })) refunds.push(refund)
    const { what, rail, instrument, refundReturns = false } = mishap
    const hasReturned = refunds.some(({ reason }) => reason === 'returned')
    const back = hundredthsBack(payment, refunds)
    const asPlanned =
      endsOf(mishap).some(([state, returned]) => payment.state === state && back === returned) &&
      refunds.every(({ state: of }) => of !== 'processing') &&
      hasReturned === refundReturns
    const ended = `${describeEnd(payment, back, mishap)}${hasReturned ? ', the refund came back' : ''}`
    ends.push({ what, rail, instrument, ended, asPlanned })
  }
  return ends
}

function endsOf({ ends, givenBack = 0, happensLate, mayBeUnasked }: Mishap): [PaymentState, number][] {
  const planned: [PaymentState, number][] = [[ends, givenBack]]
  if (happensLate === true) planned.push(['succeeded', 0], ['failed', 100])
  if (mayBeUnasked === true) planned.push([ends, 0])
  return planned
}

/** Counts refunds, and money that Munim returned because it was never delivered. */
function hundredthsBack(payment: Payment, refunds: readonly Refund[]): number {
  const undelivered = refunds.filter(({ reversal, state, from }) => {
    return reversal && state === 'succeeded' && from.every(({ account }) => account.startsWith('suspense:'))
  })
  const back = undelivered.reduce((sum, refund) => sum + refund.amount, payment.amount_refunded)
  return Number((back * 100n) / payment.amount)
}

function describeEnd({ state, reason }: Payment, back: number, { back: of = 'the money' }: Mishap): string {
  const why = reason === null ? '' : ` (${reason})`
  const returned = back === 0 ? '' : back === 100 ? `, ${of} went back` : `, ${back}% went back`
  return `${state}${why}${returned}`
}
