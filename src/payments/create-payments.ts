import { accepted, type Timestamp, type Uuid } from '#kernel'
import type { Lanes } from '#lanes'
import type { Ledger } from '#ledger'
import { faultPoint } from '#platform/faults'
import type { Database, Transaction } from '#platform/postgres'
import type { Rails } from '#rails'
import { deadLetterCases } from './cases/dead-letters.ts'
import { storePaymentsSteps, storePayoutSteps } from './engine/acceptance/accept-store.ts'
import { createAcceptor } from './engine/acceptance/acceptor.ts'
import { lookAt, movingOf } from './engine/acceptance/account-checks.ts'
import { acceptDispute, challengeDispute, deliverDispute } from './engine/acceptance/answer-dispute.ts'
import { askSubject, bookAgain } from './engine/acceptance/ask-subject.ts'
import { createChartAccounts } from './engine/acceptance/chart-accounts.ts'
import { mayRepeatLost, requireMade } from './engine/acceptance/lost-requests.ts'
import { mendChart } from './engine/acceptance/mend-chart.ts'
import {
  decidePayment,
  decidePayout,
  nobodysPolicy,
  refusedPayment,
  refusedPayout,
} from './engine/acceptance/new-payment.ts'
import { recallPayout } from './engine/acceptance/recall-payout.ts'
import { createRefundGathering } from './engine/acceptance/refund-gathering.ts'
import { createRequests } from './engine/acceptance/requests.ts'
import { createDatabaseClock, nowStep } from './engine/handling/database-clock.ts'
import { createFreshPayments } from './engine/handling/fresh-payments.ts'
import { createInputHandling } from './engine/handling/input-handling.ts'
import { indexPlansStep } from './engine/handling/load-rows.ts'
import { createRowLocks } from './engine/handling/row-locks.ts'
import { createWaiters } from './engine/handling/waiters.ts'
import type { CreditDependencies } from './engine/rails/credits.ts'
import { createDisputeAnswers } from './engine/rails/dispute-answers.ts'
import { unmatchedKind } from './engine/rails/event-message.ts'
import { findRailCall } from './engine/rails/find-rail-call.ts'
import { handleUnmatched, receiveRailEvents } from './engine/rails/rail-events.ts'
import { createRecalls } from './engine/rails/recalls.ts'
import { createServerNotes, type ServerEvidence, type ServerNotes } from './engine/rails/server-notes.ts'
import { createVerifyInstrument } from './engine/rails/verify-instrument.ts'
import { findPaymentReferencesStep, lockPaymentsStep } from './engine/rows/payment-store.ts'
import { findPayoutReferencesStep } from './engine/rows/payout-store.ts'
import { createErasures, requestErasure } from './erasure/erasures.ts'
import type { Machines } from './machine.ts'
import { machines } from './machines/machines.ts'
import type { EndedListener, NewPayment, NewPayout, Payments } from './payments.ts'

export type PaymentsDependencies = {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'postAll' | 'createAccounts' | 'changeAccount' | 'standings' | 'knownAssets'>
  readonly lanes: Lanes
  readonly rails: Pick<Rails, 'rail' | 'health'>
  readonly machines?: Machines
  /** Default: nobody has said which book it is, and a credit is a case. */
  readonly bookOfCredits?: CreditDependencies['bookOfCredits']
  /** Names a restore from an older copy: an operator knows of it. */
  readonly restored?: string | undefined
  readonly files?: ServerEvidence['files']
  /** Payments that may wait to be accepted. */
  readonly waitingMax?: number
  /** Receives faults of background work, which has no caller. */
  readonly onFault: (fault: Error) => void
}

/** Creates payments and registers the handlers with the lanes. Call it before the lanes start. */
export function createPayments(deps: PaymentsDependencies): Payments {
  const { database, lanes, rails, onFault } = deps
  const listeners: EndedListener[] = []
  const servers = createServerNotes(database, deps)
  const known = { clock: createDatabaseClock(), fresh: createFreshPayments(), locks: createRowLocks(), servers }
  const chart = createChartAccounts(deps.ledger)
  database.onNewEpoch(() => {
    for (const belief of [known.clock, known.fresh, chart]) belief.forget()
  })
  const waiters = createWaiters(database, onFault)
  const acceptor = createAcceptor({ ...deps, ...known })
  const refunds = createRefundGathering({ database, lanes, ledger: deps.ledger, servers, wake: lanes.wake })
  const handling = createInputHandling({ machines, ...deps, ...known, chart, listeners, waiters })
  lanes.register(handling.inputs)
  const answers = createDisputeAnswers(deps)
  lanes.register(answers.handler)
  const recalls = createRecalls(deps)
  lanes.register(recalls.handler)
  lanes.register(createErasures(lanes))
  lanes.register({
    ...deadLetterCases(() => 'event'),
    kind: unmatchedKind,
    handle: (tx, messages) => handleUnmatched({ bookOfCredits: async () => undefined, ...deps, chart }, tx, messages),
  })

  return {
    ...createRequests({ lanes, rails, ledger: deps.ledger, servers }),
    createPayment: acceptor.accept,
    makeRefund: refunds.make,
    acceptPayment: (tx, request) => acceptPayment(deps, tx, request),
    requireMade: (tx, request) => requireMade(tx, request, servers),
    askForLost: (tx, request, refused) => askForLost({ ...deps, servers }, tx, request, refused),
    refusalOf: async (tx, request) => {
      const decided = await judgePayment(deps, tx, request)
      return decided.ok ? undefined : decided.refusal
    },
    isAsset: async (tx, book, asset) => (await deps.ledger.knownAssets([{ book, asset }], tx)).size > 0,
    createPayout: (tx, request) => createPayout({ ...deps, servers }, tx, request),
    input: (tx, subject, input) => askSubject(lanes, tx, subject, input),
    verifyInstrument: createVerifyInstrument(rails),
    requestErasure: (tx, request) => requestErasure(lanes, tx, request),
    recallPayout: (tx, request) => recallPayout(deps, tx, request),
    acceptDispute: (tx, request) => acceptDispute(deps, tx, request),
    challengeDispute: (tx, request) => challengeDispute(deps, tx, request),
    deliverDispute: (tx, request) => deliverDispute(deps, tx, request),
    bookAgain: (tx, subject) => bookAgain(lanes, tx, subject),
    receiveRailEvents: (tx, events) => receiveRailEvents(lanes, tx, events),
    findRailCall: (wanted) => findRailCall(database, wanted),
    wake: lanes.wake,
    waitForEnd: waiters.wait,
    onEnded: (listener) => {
      listeners.push(listener)
    },
    statistics: () => {
      const { accepted: count, waiting } = acceptor.statistics()
      return { accepted: count, accepting: waiting, ...handling.statistics(), waiting: waiters.count() }
    },
    start: async () => {
      await servers.start()
      await mendChart(deps, onFault)
    },
    stop: async (timeoutMs) => {
      waiters.stop()
      servers.stop()
      await acceptor.stop()
      await refunds.stop()
      await handling.stop(timeoutMs)
      await answers.stop()
      await recalls.stop()
    },
  }
}

type AcceptingDependencies = Pick<PaymentsDependencies, 'lanes' | 'rails' | 'ledger'>

async function acceptPayment(deps: AcceptingDependencies, tx: Transaction, request: NewPayment) {
  const decided = await judgePayment(deps, tx, request)
  if (decided.ok) await tx.burst(storePaymentsSteps([decided.value], deps.lanes))
  return decided
}

async function judgePayment(deps: AcceptingDependencies, tx: Transaction, request: NewPayment) {
  return decidePayment(request, await readFacts(deps, tx, request), deps.rails)
}

async function readFacts({ lanes, ledger }: AcceptingDependencies, tx: Transaction, request: NewPayment) {
  const { book, reference, vendor } = request
  const policy = vendor === undefined ? nobodysPolicy : await lanes.vendorPolicy(tx, book, vendor)
  const find = reference === undefined ? [] : [findPaymentReferencesStep(book, [reference])]
  const [, now, found] = await tx.burst([indexPlansStep, nowStep, ...find])
  const isReferenceTaken = (found?.rows.length ?? 0) > 0
  const looked = await lookAt({ ledger }, [request], tx)
  return { now: Number(now?.rows[0]?.[0]), policy, isReferenceTaken, looked, isFollowed: true }
}

type LostDependencies = AcceptingDependencies & { readonly servers: Pick<ServerNotes, 'mayBeLost'> }

async function askForLost(
  deps: LostDependencies,
  tx: Transaction,
  request: NewPayment & { readonly id: Uuid },
  { reason, since }: { readonly reason: string; readonly since?: Timestamp },
): Promise<void> {
  const { book, id } = request
  const [, known, clock] = await tx.burst([indexPlansStep, lockPaymentsStep(book, [id]), nowStep])
  const now = Number(clock?.rows[0]?.[0])
  const createdAt = since ?? now
  if (known?.rows.length !== 0 || !deps.servers.mayBeLost({ createdAt }, now)) return
  const facts = { ...(await readFacts(deps, tx, request)), now: createdAt }
  const refused = refusedPayment(request, facts, reason)
  if (refused !== undefined) await tx.burst(storePaymentsSteps([refused], deps.lanes, { now }))
}

async function createPayout(deps: LostDependencies, tx: Transaction, request: NewPayout) {
  const { lanes, rails } = deps
  const { book, reference, vendor } = request
  const policy = vendor === undefined ? nobodysPolicy : await lanes.vendorPolicy(tx, book, vendor)
  const find = reference === undefined ? [] : [findPayoutReferencesStep(book, [reference])]
  const [, now, found] = await tx.burst([indexPlansStep, nowStep, ...find])
  const looked = await lookAt(deps, [movingOf(request)], tx)
  const isReferenceTaken = (found?.rows.length ?? 0) > 0
  const facts = { now: Number(now?.rows[0]?.[0]), policy, isReferenceTaken, looked }
  const decided = decidePayout(request, facts, rails)
  if (!decided.ok) {
    const refused = mayRepeatLost(request, facts.now, deps.servers)
      ? refusedPayout(request, facts, decided.refusal.code)
      : undefined
    if (refused !== undefined) await tx.burst(storePayoutSteps(refused, lanes))
    return decided
  }
  faultPoint('payments.payout.before')
  await tx.burst(storePayoutSteps(decided.value, lanes))
  faultPoint('payments.payout.after')
  return accepted(decided.value)
}
