import { accepted, type Timestamp, type Uuid } from '#kernel'
import type { Lanes } from '#lanes'
import type { Ledger } from '#ledger'
import { faultPoint } from '#platform/faults'
import { newUuid } from '#platform/ids'
import { appendEventsSteps } from '#platform/outbox'
import type { BurstAnswer, BurstStep, Transaction } from '#platform/postgres'
import { metadataTermsSteps } from '../../lists/metadata-terms.ts'
import { acceptedAt, partsOf, refundShares, sharesOf, stillHas, takenBack } from '../../machines/machines.ts'
import { type Payment, type Refund, type Share, untouched } from '../../payment.ts'
import type { NewRefund, PaymentResult } from '../../payments.ts'
import { refuse } from '../../refusals.ts'
import { renderRefund } from '../../rendering/render-refund.ts'
import { nowStep } from '../handling/database-clock.ts'
import { indexPlansStep } from '../handling/load-rows.ts'
import { inputMessage } from '../handling/queued-input.ts'
import type { ServerNotes } from '../rails/server-notes.ts'
import { lockPaymentsStep, toPayment, updatePaymentsSteps } from '../rows/payment-store.ts'
import type { Locking } from '../rows/read-rows.ts'
import { countRefundsStep, insertRefundsStep, sumRefundsStep, toSum } from '../rows/refund-store.ts'
import {
  codeOf,
  type Looked,
  lookAt,
  movingBack,
  namedByCode,
  refuseAccount,
  refuseChart,
  withCodes,
} from './account-checks.ts'
import { isRefusedAnywhere, isUndecided, mayRepeatLost, requireDecided, tooEarly } from './lost-requests.ts'
import { addsUp } from './new-payment.ts'

export type RefundDependencies = {
  readonly lanes: Pick<Lanes, 'enqueueSteps'>
  readonly ledger: Pick<Ledger, 'standings' | 'knownAssets'>
  readonly servers: Pick<ServerNotes, 'mayBeLost'>
}

/** What a refund depends on, under the lock of its payment. */
type Found = {
  readonly payment: Payment
  readonly taken: readonly Share[]
  readonly refundsBefore: number
  readonly now: Timestamp
}

/** `after`: of a refund that is made. */
type Made = { readonly refund: Refund; readonly before: Payment; readonly after?: Payment }

/** Of one payment. Each refund sums up those before it. */
const refundsMax = 1_000

export async function createRefund(
  deps: RefundDependencies,
  tx: Transaction,
  request: NewRefund,
): Promise<PaymentResult<Refund>> {
  const { found } = await readRefundings(tx, [request])
  const refunds = await decideRefunds(deps, tx, [request], found)
  if (refunds.steps.length > 0) await store(() => tx.burst(refunds.steps))
  const result = refunds.results.get(request)
  if (result !== undefined) return result
  if (found.has(request)) throw tooEarly()
  const [now] = await tx.burst([nowStep])
  requireDecided(request, undefined, Number(now?.rows[0]?.[0]), deps.servers)
  return refuse('payment_not_found', 'payment')
}

/** Writes refunds, with whatever is written with them. */
export async function store(write: () => Promise<unknown>): Promise<void> {
  faultPoint('payments.refund.before')
  await write()
  faultPoint('payments.refund.after')
}

type Reading = { readonly locking?: Locking; readonly beside?: readonly BurstStep[] }

/**
 * Locks the payments, by book and id, and reads what their refunds depend on, in one round trip. There may be one request
 * for each payment. Nothing is found of payments that are not there, or are skipped as locked.
 */
export async function readRefundings(
  tx: Transaction,
  requests: readonly NewRefund[],
  { locking, beside = [] }: Reading = {},
): Promise<{ readonly found: ReadonlyMap<NewRefund, Found>; readonly beside: readonly BurstAnswer[] }> {
  const books = [...Map.groupBy(requests, ({ book }) => book)].sort(([one], [other]) => one - other)
  const locks = books.map(([book, named]) => {
    const ids = named.map(({ payment }) => payment)
    return lockPaymentsStep(book, ids, locking)
  })
  const sums = requests.flatMap(({ book, payment }) => [sumRefundsStep(book, payment), countRefundsStep(book, payment)])
  const answers = (await tx.burst([indexPlansStep, ...locks, nowStep, ...sums, ...beside])).slice(1)
  const locked = new Map<string, Payment>()
  for (const payment of answers.slice(0, locks.length).flatMap(({ rows }) => rows.map(toPayment))) {
    locked.set(nameOf(payment.book, payment.id), payment)
  }
  const now = Number(answers[locks.length]?.rows[0]?.[0])
  const found = new Map<NewRefund, Found>()
  for (const [index, request] of requests.entries()) {
    const [sum, count] = answers.slice(locks.length + 1 + 2 * index)
    const payment = locked.get(nameOf(request.book, request.payment))
    if (payment === undefined) continue
    const taken = takenBack((sum?.rows ?? []).map(toSum), payment)
    found.set(request, { payment, taken, refundsBefore: Number(count?.rows[0]?.[0]), now })
  }
  return { found, beside: answers.slice(locks.length + 1 + 2 * requests.length) }
}

function nameOf(book: number, payment: Uuid): string {
  return `${book} ${payment}`
}

export type DecidedRefunds = {
  /** Without the requests of which nothing is found, and those that come too early. */
  readonly results: ReadonlyMap<NewRefund, PaymentResult<Refund>>
  readonly steps: readonly BurstStep[]
}

export async function decideRefunds(
  deps: RefundDependencies,
  tx: Transaction,
  requests: readonly NewRefund[],
  found: ReadonlyMap<NewRefund, Found>,
): Promise<DecidedRefunds> {
  const each = requests.flatMap((request) => {
    const one = found.get(request)
    return one === undefined ? [] : [{ request, one }]
  })
  const moved = each.filter(({ one }) => one.payment.amountCaptured > 0n)
  const moving = moved.map(({ request, one }) =>
    movingBack(one.payment, [...one.taken, ...(request.from ?? [])], request.to ?? toSource),
  )
  const looked = moving.length === 0 ? nothingLooked : await lookAt(deps, moving, tx)
  const results = new Map<NewRefund, PaymentResult<Refund>>()
  const made: Made[] = []
  for (const { request, one } of each) {
    const isRepeated = mayRepeatLost(request, one.now, deps.servers)
    if (isRepeated && isTooEarly(one.payment)) continue
    const decided = decideRefund(request, one, looked)
    results.set(request, decided.ok ? accepted(decided.value.refund) : decided)
    if (decided.ok) made.push(decided.value)
    else if (isRepeated) made.push(...refusedRefund(request, one, looked, decided.refusal.code))
  }
  return { results, steps: storeSteps(deps, made, each[0]?.one.now ?? 0) }
}

/** A lost server may have captured it already, and refunded that. */
function isTooEarly(payment: Payment): boolean {
  return payment.amountCaptured === 0n && (isUndecided(payment) || payment.phase === 'held')
}

const toSource = { kind: 'source' } as const
const nothingLooked: Looked = { standing: () => undefined, isAsset: () => true }

function decideRefund(
  request: NewRefund,
  { payment, taken, refundsBefore, now }: Found,
  looked: Looked,
): PaymentResult<Made> {
  const { book, isReversal = false, to = toSource } = request
  if (payment.amountCaptured === 0n) return refuse('payment_not_refundable')
  const refundable = payment.amountCaptured - payment.amountRefunded - payment.amountRefunding
  const amount = request.amount ?? refundable
  const asked = request.from && withCodes(looked, book, request.from)
  if (asked !== undefined && !addsUp(amount, asked)) return refuse('shares_do_not_add_up', 'from')
  if (amount > refundable || amount <= 0n) return refuse('amount_exceeds_refundable', 'amount')
  const paid = { ...payment, ...namedByCode(payment, looked) }
  const takenByCode = withCodes(looked, book, taken)
  const tooMuchOf = isReversal ? -1 : askedBeyond(asked ?? [], stillHas(paid, takenByCode))
  if (tooMuchOf >= 0) return refuse('amount_exceeds_refundable', `from.${tooMuchOf}.amount`)
  const from = asked ?? refundShares(paid, takenByCode, amount)
  // A reversal is never refused: when it fails, an operator gets a case.
  const refusal = isReversal
    ? undefined
    : refuseRefund(payment, { from, to, isFromGiven: asked !== undefined, refundsBefore }, looked)
  if (refusal !== undefined) return refusal
  const toCode = to.kind === 'wallet' ? { ...to, account: codeOf(looked, book, to.account) } : to
  const refund = refundOf({ ...request, to: toCode }, { payment, now }, from)
  const after = { ...payment, amountRefunding: payment.amountRefunding + amount, version: payment.version + 1 }
  return accepted({ refund, before: payment, after })
}

function refundOf(
  { id, book, to = toSource, isReversal = false, metadata }: NewRefund,
  { payment, now }: Pick<Found, 'payment' | 'now'>,
  from: readonly Share[],
): Refund {
  return {
    id: id ?? newUuid(),
    book,
    payment: payment.id,
    amount: from.reduce((sum, share) => sum + share.amount, 0n),
    asset: payment.asset,
    to,
    from,
    ...untouched,
    isReversal,
    metadata,
    createdAt: acceptedAt(payment, now),
  }
}

/** A refused one, of which the rail is asked what a lost server has submitted. None: it cannot have. */
function refusedRefund(
  request: NewRefund,
  found: Pick<Found, 'payment' | 'now'>,
  looked: Looked,
  reason: string,
): Made[] {
  const { payment } = found
  const isOfRail = payment.source.kind === 'rail' && payment.railReference !== undefined
  if (!isOfRail || request.to?.kind === 'wallet' || isRefusedAnywhere(reason)) return []
  const refundable = payment.amountCaptured - payment.amountRefunded - payment.amountRefunding
  const amount = request.amount ?? (refundable > 0n ? refundable : payment.amount)
  const asked = request.from && withCodes(looked, request.book, request.from)
  if (amount <= 0n || amount > payment.amount) return []
  const all = sharesOf({ ...payment, ...namedByCode(payment, looked) })
  const from = asked ?? partsOf(amount, all).filter((share) => share.amount > 0n)
  const refund: Refund = { ...refundOf(request, found, from), state: 'failed', phase: 'ended', reason }
  return [{ refund, before: payment }]
}

/** Stores a refund that a lost server may have made as failed: its rail is asked for it. */
export async function storeRefused(
  deps: RefundDependencies,
  tx: Transaction,
  request: NewRefund,
  { reason, ...found }: Pick<Found, 'payment' | 'now'> & { readonly reason: string },
): Promise<void> {
  const looked = await lookAt(deps, [movingBack(found.payment, [], toSource)], tx)
  const made = refusedRefund(request, found, looked, reason)
  if (made.length > 0) await tx.burst(storeSteps(deps, made, found.now))
}

function storeSteps({ lanes }: RefundDependencies, made: readonly Made[], now: Timestamp): BurstStep[] {
  if (made.length === 0) return []
  const refunds = made.map(({ refund }) => refund)
  const messages = made.map(({ refund: { book, id, isReversal }, before: { id: root, lane, vendor } }) => {
    const start = { book, kind: 'refund', id, root, input: { kind: 'start' } } as const
    return inputMessage(start, { lane: isReversal ? 'rollback' : lane, vendor })
  })
  return [
    ...updatePaymentsSteps(
      made.flatMap(({ before, after }) => (after === undefined ? [] : [{ before, after }])),
      now,
    ),
    insertRefundsStep(refunds),
    ...metadataTermsSteps(refunds.map(({ book, id, metadata }) => ({ book, id, kind: 'refund' as const, metadata }))),
    ...lanes.enqueueSteps(messages),
    ...appendEventsSteps(
      now,
      refunds.flatMap((refund) => eventsOf(refund)),
    ),
  ]
}

function eventsOf(refund: Refund) {
  const types = refund.state === 'failed' ? ['refund.created', 'refund.failed'] : ['refund.created']
  const data = renderRefund(refund)
  return types.map((type) => ({ book: refund.book, type, data }))
}

/** The first recipient that is to give back more than it still has; -1 if none. Other accounts may pay any amount. */
function askedBeyond(asked: readonly Share[], left: readonly Share[]): number {
  return asked.findIndex(({ account, amount }) => {
    const has = left.find((share) => share.account === account)
    return has !== undefined && amount > has.amount
  })
}

type Refunding = Pick<Refund, 'from' | 'to'> & { readonly isFromGiven: boolean; readonly refundsBefore: number }

function refuseRefund(payment: Payment, refunding: Refunding, looked: Looked) {
  const refusal = refuseAccountsOf(payment, refunding, looked)
  if (refusal !== undefined) return refusal
  return refunding.refundsBefore >= refundsMax ? refuse('too_many_refunds', 'payment') : undefined
}

function refuseAccountsOf(
  { book, asset, rail, source }: Payment,
  { from, to, isFromGiven }: Refunding,
  looked: Looked,
) {
  for (const [index, { account }] of from.entries()) {
    const param = isFromGiven ? `from.${index}.account` : 'from'
    const refusal = refuseAccount(looked.standing(book, account), { book, asset, looked, param })
    if (refusal !== undefined) return refusal
  }
  const wallet = to.kind === 'wallet' ? to.account : source.kind === 'wallet' ? source.account : undefined
  if (wallet !== undefined) {
    const param = to.kind === 'wallet' ? 'to.wallet' : 'payment'
    return refuseAccount(looked.standing(book, wallet), { book, asset, looked, param })
  }
  return rail === undefined ? undefined : refuseChart([rail], { book, asset }, looked)
}
