import { requestAbandoned } from '#platform/deadlines'
import { Fault } from '#platform/faults'
import {
  findKeysStep,
  type Idempotent,
  isKeyTaken,
  once,
  parseFoundKeys,
  type StoredAnswer,
  storeKeysStep,
} from '#platform/idempotency'
import { createUnitLine, type Database, repeatDeadlocked, type Transaction, type Unit } from '#platform/postgres'
import type { Refund } from '../../payment.ts'
import type { Asker, IdempotentRefund, NewRefund, PaymentResult } from '../../payments.ts'
import { AcceptQueue } from './accept-queue.ts'
import { createRefund, decideRefunds, type RefundDependencies, readRefundings, store } from './create-refunds.ts'

/**
 * Refunds that arrive during a write form the next batch, in turns of their senders: one transaction of few round trips.
 * A batch has one refund of each payment, and skips payments that another transaction has locked. The others, and those
 * of a batch that failed, are made one by one.
 */
export type RefundGathering = {
  readonly make: (request: NewRefund, idempotency?: IdempotentRefund, asker?: Asker) => Promise<Answer>
  readonly stop: () => Promise<void>
}

type Dependencies = RefundDependencies & { readonly database: Database; readonly wake: () => void }

type Answer = Idempotent<PaymentResult<Refund>>

type Waiting = {
  readonly request: NewRefund
  readonly idempotency: IdempotentRefund | undefined
  readonly asker: Asker | undefined
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

const batchMax = 256
const waitingMax = 20_000
/** Each needs one of the connections that requests share. */
const aloneMax = 4
const noAnswer: StoredAnswer = { status: 0, body: '' }

export function createRefundGathering(deps: Dependencies): RefundGathering {
  const { database, wake } = deps
  const line = createUnitLine(database, { purpose: 'refunds', reopenMs: 5_000 })
  const [gathered, single] = [new AcceptQueue<Waiting>(() => 1), new AcceptQueue<Waiting>(() => 1)]
  const alone = new Set<Promise<void>>()
  let gathering: Promise<void> | undefined
  let isStopped = false

  const makeAlone = async (waiting: Waiting) => {
    try {
      const answer = await repeatDeadlocked(() => makeOne(deps, waiting))
      wake()
      waiting.resolve(answer)
    } catch (error) {
      waiting.reject(error)
    }
  }
  const goOnAlone = () => {
    while (alone.size < aloneMax && single.length > 0) {
      const [waiting] = single.take(1)
      if (waiting === undefined || !isWaitedFor(waiting)) continue
      const made: Promise<void> = makeAlone(waiting).finally(() => {
        alone.delete(made)
        goOnAlone()
      })
      alone.add(made)
    }
  }
  const makeBatch = async (taken: readonly Waiting[]) => {
    const batch = ofDifferentPayments(taken)
    let left = taken
    try {
      const answers = await repeatDeadlocked(() => makeTogether(deps, line.begin(), batch))
      wake()
      for (const [waiting, answer] of answers) waiting.resolve(answer)
      left = taken.filter((waiting) => !answers.has(waiting))
    } catch (error) {
      // Unless a key was taken just now, or one request causes the error, and only that one may fail.
      if (!isKeyTaken(error) && error instanceof Fault && error.retryable) {
        for (const waiting of taken) waiting.reject(error)
        left = []
      }
    }
    for (const waiting of left) single.push(waiting, waiting.asker?.sender)
    goOnAlone()
  }
  const run = async () => {
    // All requests that arrive in one turn of the event loop share the first batch.
    await new Promise(setImmediate)
    while (gathered.length > 0) {
      const taken = gathered.take(batchMax).filter(isWaitedFor)
      if (taken.length > 0) await makeBatch(taken)
    }
  }
  const start = () => {
    gathering ??= run().finally(() => {
      gathering = undefined
      if (gathered.length > 0) start()
    })
  }

  return {
    make: async (request, idempotency, asker) => {
      if (isStopped || gathered.length + single.length >= waitingMax) {
        const message = isStopped ? 'payments are being stopped' : 'too many refunds wait to be accepted'
        throw new Fault({ code: 'payments_busy', message, retryable: true })
      }
      const { promise, resolve, reject } = Promise.withResolvers<Answer>()
      gathered.push({ request, idempotency, asker, resolve, reject }, asker?.sender)
      start()
      return promise
    },
    stop: async () => {
      isStopped = true
      while (gathering !== undefined || alone.size > 0) await Promise.all([gathering, ...alone])
      await line.close()
    },
  }
}

function isWaitedFor({ asker, reject }: Waiting): boolean {
  if (asker?.aborted !== true) return true
  reject(requestAbandoned())
  return false
}

/** The first request of each payment, and of each key. */
function ofDifferentPayments(taken: readonly Waiting[]): readonly Waiting[] {
  const names = new Set<string>()
  return taken.filter(({ request: { book, payment }, idempotency }) => {
    const own = [`${book} ${payment}`, ...(idempotency ? [`${book} key ${idempotency.key}`] : [])]
    const isFirst = own.every((name) => !names.has(name))
    if (isFirst) for (const name of own) names.add(name)
    return isFirst
  })
}

/** Without the requests whose payment is locked, or not there. */
async function makeTogether(
  deps: Dependencies,
  unit: Unit,
  batch: readonly Waiting[],
): Promise<ReadonlyMap<Waiting, Answer>> {
  try {
    const keyed = batch.flatMap(({ idempotency }) => idempotency ?? [])
    const requests = batch.map(({ request }) => request)
    const finding = keyed.length === 0 ? [] : [findKeysStep(keyed)]
    const { found, beside } = await readRefundings(unit, requests, { locking: 'skip locked', beside: finding })
    const known = parseFoundKeys(beside[0] ?? { rows: [], tag: '' })
    const answers = new Map<Waiting, Answer>()
    for (const waiting of batch) {
      const before = waiting.idempotency && known(waiting.idempotency)
      if (before !== undefined) answers.set(waiting, before)
    }
    const fresh = batch.filter((waiting) => !answers.has(waiting))
    const asked = fresh.map(({ request }) => request)
    const { results, steps } = await decideRefunds(deps, unit, asked, found)
    const keys: { readonly idempotency: IdempotentRefund; readonly answer: StoredAnswer }[] = []
    for (const waiting of fresh) {
      const value = results.get(waiting.request)
      if (value === undefined) continue
      const { idempotency } = waiting
      const answer = idempotency?.answer(value) ?? noAnswer
      if (idempotency !== undefined) keys.push({ idempotency, answer })
      answers.set(waiting, { kind: 'done', value, answer })
    }
    const all = keys.length > 0 ? [...steps, storeKeysStep(keys)] : steps
    if (steps.length > 0) await store(() => unit.commit(all))
    else if (all.length > 0) await unit.commit(all)
    return answers
  } finally {
    await unit.abandon()
  }
}

async function makeOne(deps: Dependencies, { request, idempotency, asker }: Waiting): Promise<Answer> {
  const make = (tx: Transaction) => {
    if (asker?.aborted === true) throw requestAbandoned()
    return createRefund(deps, tx, request)
  }
  if (idempotency === undefined) {
    return { kind: 'done', value: await deps.database.unit(make), answer: noAnswer }
  }
  let value: PaymentResult<Refund> | undefined
  const made = await once(deps.database, idempotency, async (tx) => {
    value = await make(tx)
    return idempotency.answer(value)
  })
  if (made.kind !== 'done') return made
  if (value === undefined) throw new Error('a refund that was made has a result')
  return { kind: 'done', value, answer: made.answer }
}
