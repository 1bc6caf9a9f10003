import type { Timestamp } from '#kernel'
import type { LaneName, Lanes, VendorPolicy } from '#lanes'
import type { Ledger } from '#ledger'
import { requestAbandoned } from '#platform/deadlines'
import { Fault, faultPoint } from '#platform/faults'
import {
  type FoundKeys,
  findKeysStep,
  type Idempotent,
  parseFoundKeys,
  type StoredAnswer,
  storeKeysStep,
} from '#platform/idempotency'
import {
  type BurstStep,
  CopyEncoder,
  commitStep,
  createUnitLine,
  type Database,
  DatabaseFault,
  type Unit,
} from '#platform/postgres'
import type { Rails } from '#rails'
import type { Payment } from '../../payment.ts'
import type { Asker, IdempotentPayment, NewPayment, PaymentResult } from '../../payments.ts'
import { type DatabaseClock, nowStep, readNow } from '../handling/database-clock.ts'
import type { FreshPayments } from '../handling/fresh-payments.ts'
import { indexPlansStep } from '../handling/load-rows.ts'
import type { ServerNotes } from '../rails/server-notes.ts'
import { findPaymentReferencesStep } from '../rows/payment-store.ts'
import { AcceptQueue } from './accept-queue.ts'
import { storePaymentsSteps } from './accept-store.ts'
import { lookAt } from './account-checks.ts'
import { mayRepeatLost } from './lost-requests.ts'
import { decidePayment, nobodysPolicy, refusedPayment } from './new-payment.ts'
import { isShed } from './shed-by-lane.ts'

/**
 * Requests that arrive during a write form the next batch, in turns of their senders. A batch takes one round trip, as
 * if all keys and references were new. When a unique index refuses it, batches look them up first, for a while.
 */
export type Acceptor = {
  /** A request is dropped when its client no longer waits at its turn. */
  readonly accept: (
    request: NewPayment,
    idempotency?: IdempotentPayment,
    asker?: Asker,
  ) => Promise<Idempotent<PaymentResult<Payment>>>
  readonly statistics: () => { readonly accepted: number; readonly waiting: number }
  readonly stop: () => Promise<void>
}

export type AcceptorDependencies = {
  readonly database: Database
  readonly lanes: Pick<Lanes, 'enqueueSteps' | 'vendorPolicies' | 'knownLane' | 'wake'>
  readonly rails: Pick<Rails, 'rail'>
  readonly ledger: Pick<Ledger, 'standings' | 'knownAssets'>
  readonly clock: DatabaseClock
  readonly fresh: Pick<FreshPayments, 'add'>
  readonly servers: Pick<ServerNotes, 'mayBeLost'>
  /** Of requests that may wait. Default: 100,000. */
  readonly waitingMax?: number
}

/** Destinations of one batch, and waiting requests. Beyond them, it is better to refuse than to let a client wait. */
const batchMax = 1_024
const waitingMaxDefault = 100_000
const triesMax = 8
/** An older request is refused, and its client must send it again. */
const patienceMs = 15_000
/** How long batches look up keys after one was taken: a client that repeats one often repeats more. */
const lookMs = 2_000

type Answer = Idempotent<PaymentResult<Payment>>

type Waiting = {
  readonly request: NewPayment
  readonly idempotency: IdempotentPayment | undefined
  readonly asker: Asker | undefined
  readonly arrivedMs: number
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

export function createAcceptor(deps: AcceptorDependencies): Acceptor {
  const { waitingMax = waitingMaxDefault } = deps
  const line = createUnitLine(deps.database, { purpose: 'payments', reopenMs: 5_000 })
  const encoder = new CopyEncoder(64 * 1024)
  const queue = new AcceptQueue<Waiting>(({ request }) => Math.max(1, request.destinations.length))
  let accepted = 0
  let lookUntilMs = 0
  let running: Promise<void> | undefined
  let stopped = false

  const write = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const answers = await acceptAtLast(batch)
      faultPoint('payments.accept.after')
      deps.lanes.wake()
      accepted += batch.length
      batch.forEach((waiting, index) => {
        const answer = answers[index]
        if (answer !== undefined) waiting.resolve(answer)
      })
    } catch (error) {
      // One request of the batch may cause the error, and only that one may fail.
      if (batch.length > 1 && !(error instanceof Fault && error.retryable)) for (const one of batch) await write([one])
      else for (const one of batch) one.reject(error)
    }
  }
  const acceptAtLast = async (batch: readonly Waiting[]): Promise<readonly Answer[]> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const isLooking = performance.now() < lookUntilMs
        return await acceptBatch(deps, line.begin(), batch, { encoder, isLooking })
      } catch (error) {
        // A key or reference is taken: long ago, or just now by another process. A look-up finds it.
        if (!isTaken(error) || tries >= triesMax) throw error
        lookUntilMs = performance.now() + lookMs
      }
    }
  }
  const run = async () => {
    // All requests that arrive in one turn of the event loop share the first batch.
    await new Promise(setImmediate)
    while (queue.length > 0) {
      const batch = queue.take(batchMax).filter(isWaitedFor)
      if (batch.length > 0) await write(batch)
    }
  }
  const wake = () => {
    running ??= run().finally(() => {
      running = undefined
      if (queue.length > 0) wake()
    })
  }

  return {
    accept: async (request, idempotency, asker) => {
      if (stopped || isShed(laneOf(deps, request), { waiting: queue.length, max: waitingMax })) {
        const message = stopped ? 'payments are being stopped' : 'too many payments wait to be accepted'
        throw new Fault({ code: 'payments_busy', message, retryable: true })
      }
      const { promise, resolve, reject } = Promise.withResolvers<Answer>()
      queue.push({ request, idempotency, asker, arrivedMs: performance.now(), resolve, reject }, asker?.sender)
      wake()
      return promise
    },
    statistics: () => ({ accepted, waiting: queue.length }),
    stop: async () => {
      stopped = true
      while (running !== undefined) await running
      await line.close()
    },
  }
}

/** As far as this process knows it: an overloaded one asks the database for nothing more. */
function laneOf({ lanes }: AcceptorDependencies, { book, vendor, lane }: NewPayment): LaneName {
  return lane ?? (vendor === undefined ? undefined : lanes.knownLane(book, vendor)) ?? nobodysPolicy.lane
}

function isWaitedFor({ asker, arrivedMs, reject }: Waiting): boolean {
  const isLeft = asker?.aborted === true
  if (!isLeft && performance.now() - arrivedMs < patienceMs) return true
  const message = 'the payment waited for too long; send it again'
  if (isLeft) reject(requestAbandoned())
  else reject(new Fault({ code: 'payments_busy', message, retryable: true }))
  return false
}

function isTaken(error: unknown): boolean {
  return (
    error instanceof DatabaseFault &&
    error.isUniqueViolation &&
    (error.constraint === 'idempotency_keys_pkey' || error.constraint === 'payments_by_reference')
  )
}

type Writing = { readonly encoder: CopyEncoder; readonly isLooking: boolean }

async function acceptBatch(
  deps: AcceptorDependencies,
  unit: Unit,
  batch: readonly Waiting[],
  writing: Writing,
): Promise<readonly Answer[]> {
  try {
    return await acceptIn(deps, unit, batch, writing)
  } finally {
    await unit.abandon()
  }
}

async function acceptIn(
  deps: AcceptorDependencies,
  unit: Unit,
  batch: readonly Waiting[],
  { encoder, isLooking }: Writing,
): Promise<readonly Answer[]> {
  const { clock, fresh } = deps
  const looked = await lookAt(
    deps,
    batch.map(({ request }) => request),
  )
  const policies = await findPolicies(deps, batch)
  const guess = isLooking ? undefined : clock.now()
  const known = guess === undefined ? await readKnown(unit, batch) : { ...nothingKnown, now: guess }
  const decided = new Decisions(known)
  const answers = batch.map(({ request, idempotency }) => {
    const before = idempotency && decided.answered(idempotency)
    if (before !== undefined) return before
    const isReferenceTaken = decided.isReferenceTaken(request)
    const facts = { now: known.now, policy: policies(request), isReferenceTaken, looked }
    const value = decidePayment(request, facts, deps.rails)
    if (!value.ok && mayRepeatLost(request, known.now, deps.servers)) {
      decided.refused(refusedPayment(request, facts, value.refusal.code))
    }
    return decided.done(value, idempotency)
  })
  faultPoint('payments.accept.before')
  const steps = storePaymentsSteps(decided.payments, deps.lanes, { encoder })
  if (decided.keys.length > 0) steps.push(storeKeysStep(decided.keys))
  const [now] = await unit.burst([nowStep, ...steps, commitStep])
  if (now !== undefined) clock.set(readNow(now))
  fresh.add(decided.payments)
  return answers
}

type Known = { readonly keys: FoundKeys; readonly references: ReadonlySet<string>; readonly now: Timestamp }

const nothingKnown = { keys: () => undefined, references: new Set<string>() }

async function readKnown(unit: Unit, batch: readonly Waiting[]): Promise<Known> {
  const idempotent = batch.flatMap(({ idempotency }) => idempotency ?? [])
  const byBook = new Map<number, string[]>()
  for (const { request } of batch) {
    if (request.reference === undefined) continue
    const references = byBook.get(request.book)
    if (references === undefined) byBook.set(request.book, [request.reference])
    else references.push(request.reference)
  }
  const books = [...byBook]
  const steps: BurstStep[] = [
    indexPlansStep,
    nowStep,
    ...books.map(([book, references]) => findPaymentReferencesStep(book, references)),
    ...(idempotent.length > 0 ? [findKeysStep(idempotent)] : []),
  ]
  const [, now, ...rest] = await unit.burst(steps)
  const references = new Set<string>()
  books.forEach(([book], index) => {
    for (const [reference] of rest[index]?.rows ?? []) references.add(`${book} ${reference}`)
  })
  return { keys: parseFoundKeys(rest[books.length] ?? { rows: [], tag: '' }), references, now: readNow(now) }
}

/** Each request sees the effects of those before it. */
class Decisions {
  readonly payments: Payment[] = []
  readonly keys: { readonly idempotency: IdempotentPayment; readonly answer: StoredAnswer }[] = []
  readonly #known: Known
  readonly #references: Set<string>
  readonly #answers = new Map<string, { readonly idempotency: IdempotentPayment; readonly answer: StoredAnswer }>()

  constructor(known: Known) {
    this.#known = known
    this.#references = new Set(known.references)
  }

  answered(idempotency: IdempotentPayment): Answer | undefined {
    const first = this.#answers.get(`${idempotency.book} ${idempotency.key}`)
    if (first === undefined) return this.#known.keys(idempotency)
    return first.idempotency.fingerprint.equals(idempotency.fingerprint)
      ? { kind: 'replayed', answer: first.answer }
      : { kind: 'mismatched' }
  }

  isReferenceTaken({ book, reference }: NewPayment): boolean {
    return reference !== undefined && this.#references.has(`${book} ${reference}`)
  }

  refused(payment: Payment | undefined): void {
    if (payment !== undefined) this.payments.push(payment)
  }

  done(value: PaymentResult<Payment>, idempotency: IdempotentPayment | undefined): Answer {
    if (value.ok) {
      this.payments.push(value.value)
      if (value.value.reference !== undefined) this.#references.add(`${value.value.book} ${value.value.reference}`)
    }
    const answer = idempotency?.answer(value) ?? noAnswer
    if (idempotency !== undefined) {
      const row = { idempotency, answer }
      this.#answers.set(`${idempotency.book} ${idempotency.key}`, row)
      this.keys.push(row)
    }
    return { kind: 'done', value, answer }
  }
}

const noAnswer: StoredAnswer = { status: 0, body: '' }

async function findPolicies(
  { lanes, database }: AcceptorDependencies,
  batch: readonly Waiting[],
): Promise<(request: NewPayment) => VendorPolicy | undefined> {
  const named = batch.flatMap(({ request: { book, vendor } }) => (vendor === undefined ? [] : [{ book, code: vendor }]))
  const policies = await lanes.vendorPolicies(database, named)
  return ({ book, vendor }) => (vendor === undefined ? nobodysPolicy : policies(book, vendor))
}
