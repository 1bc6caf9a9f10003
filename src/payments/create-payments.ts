import { accepted } from '#kernel'
import type { Lanes } from '#lanes'
import type { Ledger } from '#ledger'
import { faultPoint } from '#platform/faults'
import type { Database, Transaction } from '#platform/postgres'
import type { Rails } from '#rails'
import { storePaymentsSteps, storePayoutSteps } from './engine/accept-store.ts'
import { createAcceptor } from './engine/acceptor.ts'
import { askSubject } from './engine/ask-subject.ts'
import { begin, commit, createBatchSession } from './engine/batch-session.ts'
import { createChartAccounts } from './engine/chart-accounts.ts'
import { createDatabaseClock, nowStep } from './engine/database-clock.ts'
import { createFreshPayments } from './engine/fresh-payments.ts'
import { type Bounds, type Handled, type HandlingDependencies, handleWorks } from './engine/handle-works.ts'
import { indexPlansStep } from './engine/load-rows.ts'
import { decidePayment, decidePayout, nobodysPolicy } from './engine/new-payment.ts'
import { createOutcomeQueue } from './engine/outcome-queue.ts'
import { findPaymentReferencesStep } from './engine/payment-store.ts'
import { findPayoutReferencesStep } from './engine/payout-store.ts'
import { createRailCaller } from './engine/rail-caller.ts'
import { handleUnmatched, receiveRailEvents, unmatchedKind } from './engine/rail-events.ts'
import { createRequests } from './engine/requests.ts'
import { createWaiters } from './engine/waiters.ts'
import { inputKind, readWork, type Work } from './engine/work.ts'
import type { Machines } from './machine.ts'
import { machines } from './machines/machines.ts'
import type { EndedListener, NewPayment, NewPayout, Payments } from './payments.ts'

export type PaymentsDependencies = {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'postAll' | 'createAccounts' | 'lookUp'>
  readonly lanes: Lanes
  readonly rails: Pick<Rails, 'rail' | 'health'>
  /** The machines of payments when not given; tests take others. */
  readonly machines?: Machines
  /** Told of faults in background work, which concern no caller. */
  readonly onFault: (fault: Error) => void
}

const batchMax = 512

/** Puts payments together and registers its handlers with the lanes: before these start. */
export function createPayments(deps: PaymentsDependencies): Payments {
  const { database, lanes, rails, onFault } = deps
  const listeners: EndedListener[] = []
  const known = { clock: createDatabaseClock(), fresh: createFreshPayments() }
  const chart = createChartAccounts(deps.ledger)
  const handling: HandlingDependencies = { machines, ...deps, ...known, chart, listeners }
  const waiters = createWaiters(database, onFault)
  const acceptor = createAcceptor({ ...deps, ...known })
  const session = createBatchSession(database, 'outcomes')
  const counts = { inputs: 0, batches: 0 }

  const handle = (tx: Transaction, works: readonly Work[], bounds: Bounds) => {
    counts.inputs += works.length
    counts.batches += 1
    return handleWorks(handling, tx, works, bounds)
  }
  const afterCommit = async (handled: Handled) => {
    faultPoint('payments.commit.after')
    handled.keep()
    waiters.tell(handled.ended)
    if (handled.enqueued) lanes.wake()
    await caller.make(handled.calls)
  }
  const outcomes = createOutcomeQueue({
    onFault,
    handle: async (works) => {
      const handled = await session.run(async (tx) => {
        const done = await handle(tx, works, { before: [begin], last: commit })
        if (!done.isOver) await tx.burst([commit])
        return done
      })
      faultPoint('payments.outcome.after')
      await afterCommit(handled)
    },
  })
  const caller = createRailCaller({
    rails,
    onOutcome: ({ book, subject, root, id }, outcome) =>
      outcomes.add({
        book,
        kind: subject.kind,
        id: subject.id,
        root,
        input: { kind: 'outcome', attempt: id, outcome },
      }),
  })
  lanes.register({
    kind: inputKind,
    batchMax,
    handle: async (tx, messages, last) => {
      const handled = await handle(tx, messages.map(readWork), { last })
      return () => afterCommit(handled)
    },
  })
  lanes.register({ kind: unmatchedKind, handle: (tx, messages) => handleUnmatched(lanes, tx, messages) })

  return {
    ...createRequests({ lanes, rails }),
    createPayment: acceptor.accept,
    acceptPayment: (tx, request) => acceptPayment(deps, tx, request),
    createPayout: (tx, request) => createPayout(deps, tx, request),
    input: (tx, subject, input) => askSubject(lanes, tx, subject, input),
    receiveRailEvents: (tx, events) => receiveRailEvents(lanes, tx, events),
    wake: lanes.wake,
    waitForEnd: waiters.wait,
    onEnded: (listener) => {
      listeners.push(listener)
    },
    statistics: () => {
      const { accepted: count, waiting } = acceptor.statistics()
      const { made, queued, underWay } = caller.statistics()
      return {
        ...{ accepted: count, inputs: counts.inputs, batches: counts.batches, railCalls: made },
        ...{ accepting: waiting, railCallsQueued: queued, railCallsUnderWay: underWay, waiting: waiters.count() },
      }
    },
    start: async () => {},
    stop: async (timeoutMs) => {
      waiters.stop()
      await acceptor.stop()
      const finished = Promise.all([caller.stop(), outcomes.drain()]).then(() => true)
      if (!(await Promise.race([finished, after(timeoutMs)]))) {
        onFault(new Error(`rail calls were still under way ${timeoutMs} ms after the stop; their timers ask for them`))
      }
      await outcomes.drain()
      await session.close()
    },
  }
}

type AcceptingDependencies = Pick<PaymentsDependencies, 'lanes' | 'rails'>

async function acceptPayment({ lanes, rails }: AcceptingDependencies, tx: Transaction, request: NewPayment) {
  const { book, reference, vendor } = request
  const policy = vendor === undefined ? nobodysPolicy : await lanes.vendorPolicy(tx, book, vendor)
  const find = reference === undefined ? [] : [findPaymentReferencesStep(book, [reference])]
  const [, now, found] = await tx.burst([indexPlansStep, nowStep, ...find])
  const isReferenceTaken = (found?.rows.length ?? 0) > 0
  const facts = { now: Number(now?.rows[0]?.[0]), policy, isReferenceTaken, isFollowed: true }
  const decided = decidePayment(request, facts, rails)
  if (decided.ok) await tx.burst(storePaymentsSteps([decided.value], lanes))
  return decided
}

async function createPayout({ lanes, rails }: AcceptingDependencies, tx: Transaction, request: NewPayout) {
  const { book, reference, vendor } = request
  const policy = vendor === undefined ? nobodysPolicy : await lanes.vendorPolicy(tx, book, vendor)
  const find = reference === undefined ? [] : [findPayoutReferencesStep(book, [reference])]
  const [, now, found] = await tx.burst([indexPlansStep, nowStep, ...find])
  const facts = { now: Number(now?.rows[0]?.[0]), policy, isReferenceTaken: (found?.rows.length ?? 0) > 0 }
  const decided = decidePayout(request, facts, rails)
  if (!decided.ok) return decided
  faultPoint('payments.payout.before')
  await tx.burst(storePayoutSteps(decided.value, lanes))
  faultPoint('payments.payout.after')
  return accepted(decided.value)
}

function after(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false).unref())
}
