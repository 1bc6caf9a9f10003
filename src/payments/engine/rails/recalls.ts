import { idPrefix, type Timestamp, type Uuid } from '#kernel'
import type { Message, NewMessage } from '#lanes'
import { faultPoint } from '#platform/faults'
import type { Transaction } from '#platform/postgres'
import type { RecallOutcome, RecallReason } from '#rails'
import type { CallTerms, Recall } from '../../payment.ts'
import { nowStep } from '../handling/database-clock.ts'
import { readAttemptsStep, type StoredAttempt, toAttempt } from '../rows/attempt-store.ts'
import { findBelongings } from './find-belongings.ts'
import { callOf } from './rail-call.ts'
import {
  createSendings,
  enqueueAnswer,
  pauseAfterTry,
  type SendingDependencies,
  type Sendings,
  triesMax,
} from './sendings.ts'

const recallKind = 'payment.recall'

type Try = {
  readonly book: number
  readonly attempt: Uuid
  readonly recall: Uuid
  readonly reason: RecallReason
  readonly tries: number
}

/** `at`: undefined for at once. */
export function recallMessage({ book, attempt, ...payload }: Try, at?: Timestamp): NewMessage {
  return {
    ...{ lane: 'rollback', kind: recallKind, book, vendor: 0, subject: attempt },
    payload: JSON.stringify(payload),
    ...(at !== undefined && { notBefore: at }),
  }
}

/**
 * Sends recalls of payouts. The next try is enqueued before each, so a crash loses none, and the rail does a recall
 * once, by its id. Its answer goes to the payout as an input.
 */
export function createRecalls(deps: SendingDependencies): Sendings {
  const sending = {
    ...{ kind: recallKind, prefix: idPrefix.attempt },
    enqueueNext: (tx: Transaction, messages: readonly Message[]) => enqueueNext(deps, tx, messages),
    subjectOf: ({ attempt: { id } }: Due) => id,
    onSending: () => {
      faultPoint('payments.recall.send')
    },
    send: (due: Due) => send(deps, due),
  }
  return createSendings(sending, deps.onFault)
}

type Due = { readonly attempt: StoredAttempt; readonly terms: CallTerms | undefined; readonly one: Try }

async function enqueueNext(
  { lanes }: SendingDependencies,
  tx: Transaction,
  messages: readonly Message[],
): Promise<Due[]> {
  const tried = messages.map(readTry)
  const [now, found] = await tx.burst([nowStep, readAttemptsStep(tried.map(({ attempt }) => attempt))])
  const attempts = new Map((found?.rows ?? []).map(toAttempt).map((attempt) => [attempt.id, attempt]))
  const open = tried.flatMap((one) => {
    const attempt = attempts.get(one.attempt)
    // The rail has answered, maybe long before another recall was asked for.
    const isOpen = attempt?.recall?.id === one.recall && attempt.recall.state === 'asked'
    return isOpen ? [{ attempt, one }] : []
  })
  const roots = await findBelongings(
    tx,
    open.map(({ attempt }) => attempt),
  )
  const at = Number(now?.rows[0]?.[0])
  const later = open.map(({ one }) => recallMessage({ ...one, tries: one.tries + 1 }, at + pauseAfterTry(one.tries)))
  await tx.burst(lanes.enqueueSteps(later))
  return open.map(({ attempt, one }) => ({ attempt, one, terms: roots.get(attempt.root)?.terms }))
}

function readTry({ book, subject: attempt, payload }: Message): Try {
  return { book, attempt, ...(JSON.parse(payload) as Omit<Try, 'book' | 'attempt'>) }
}

async function send(deps: SendingDependencies, { attempt, terms, one }: Due): Promise<void> {
  const { recall: id, reason } = one
  const { railReference } = attempt
  const payout = callOf(attempt, 'inquire', terms)
  const outcome: RecallOutcome = (await deps.rails
    .rail(attempt.rail)
    ?.recall?.({ id, reason, payout, ...(railReference !== undefined && { railReference }) })) ?? {
    kind: 'refused',
    why: `The rail ${attempt.rail} passes on no recalls`,
  }
  const answer = answerOf(outcome, one.tries >= triesMax)
  if (answer === undefined) return
  const { why, ...state } = answer
  const recall: Recall = { id, reason, ...state }
  const { id: attemptId, book, root, subject } = attempt
  const notice = { kind: 'recall', recall, ...(why && { why }) } as const
  const input = { kind: 'notice', attempt: attemptId, notice } as const
  await enqueueAnswer(deps, { book, kind: subject.kind, id: subject.id, root, input })
}

function answerOf(outcome: RecallOutcome, isLast: boolean) {
  if (outcome.kind === 'accepted') return { state: 'accepted', why: undefined } as const
  if (outcome.kind === 'refused') return { state: 'refused', why: outcome.why } as const
  const why = `it has not answered for a day (${outcome.why})`
  return isLast ? ({ state: 'refused', isUnanswered: true, why } as const) : undefined
}
