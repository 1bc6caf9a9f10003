import { idPrefix, type Timestamp } from '#kernel'
import type { Message, NewMessage } from '#lanes'
import { faultPoint } from '#platform/faults'
import type { Transaction } from '#platform/postgres'
import type { DisputeAnswerOutcome } from '#rails'
import type { Dispute, DisputeAnswer, DisputeNews } from '../../dispute.ts'
import { nowStep } from '../handling/database-clock.ts'
import type { Belonging } from '../handling/queued-input.ts'
import { type AnswerOf, readEvidence } from '../rows/dispute-evidence-store.ts'
import { readDisputesStep, toDispute } from '../rows/dispute-store.ts'
import { findBelongings } from './find-belongings.ts'
import {
  createSendings,
  enqueueAnswer,
  pauseAfterTry,
  type SendingDependencies,
  type Sendings,
  triesMax,
} from './sendings.ts'

const answerKind = 'payment.dispute_answer'

type Try = AnswerOf & { readonly tries: number }

export function answerMessage(
  { book, dispute, answer, tries }: Try,
  { lane, vendor, at }: Belonging & { readonly at: Timestamp },
): NewMessage {
  const payload = JSON.stringify({ answer, tries })
  return { lane, kind: answerKind, book, vendor, subject: dispute, payload, notBefore: at }
}

/**
 * Sends answers to disputes. The next try is enqueued before each, so a crash loses none, and the rail does an answer
 * once, by its id. What the rail says goes to the dispute as an input of its payment.
 */
export function createDisputeAnswers(deps: SendingDependencies): Sendings {
  const sending = {
    ...{ kind: answerKind, prefix: idPrefix.dispute },
    enqueueNext: (tx: Transaction, messages: readonly Message[]) => enqueueNext(deps, tx, messages),
    subjectOf: ({ dispute: { id } }: Due) => id,
    onSending: () => {
      faultPoint('payments.dispute-answer.send')
    },
    send: (due: Due) => send(deps, due),
  }
  return createSendings(sending, deps.onFault)
}

type Due = { readonly dispute: Dispute; readonly answer: DisputeAnswer; readonly isLast: boolean }

async function enqueueNext(
  { lanes }: SendingDependencies,
  tx: Transaction,
  messages: readonly Message[],
): Promise<Due[]> {
  const tried = messages.map(readTry)
  const disputes = await readDisputes(tx, tried)
  const due = tried.flatMap((one) => {
    const dispute = disputes.get(one.dispute)
    const { answer } = dispute ?? {}
    const isDue = answer?.id === one.answer && answer.state === 'pending'
    return dispute === undefined || answer === undefined || !isDue ? [] : [{ ...one, found: { dispute, answer } }]
  })
  const roots = await findBelongings(
    tx,
    due.map(({ found: { dispute } }) => ({ book: dispute.book, root: dispute.payment })),
  )
  const [now] = await tx.burst([nowStep])
  const at = Number(now?.rows[0]?.[0])
  const later = due.flatMap(({ found, ...one }) => {
    const root = roots.get(found.dispute.payment)
    if (root === undefined) return []
    return [answerMessage({ ...one, tries: one.tries + 1 }, { ...root, at: at + pauseAfterTry(one.tries) })]
  })
  await tx.burst(lanes.enqueueSteps(later))
  return due.map(({ found, tries }) => ({ ...found, isLast: tries >= triesMax }))
}

async function readDisputes(tx: Transaction, tried: readonly AnswerOf[]): Promise<Map<string, Dispute>> {
  const found = new Map<string, Dispute>()
  for (const book of new Set(tried.map((one) => one.book))) {
    const ids = tried.filter((one) => one.book === book).map(({ dispute }) => dispute)
    const [answer] = await tx.burst([readDisputesStep(book, ids)])
    for (const dispute of (answer?.rows ?? []).map(toDispute)) found.set(dispute.id, dispute)
  }
  return found
}

function readTry({ book, subject, payload }: Message): Try {
  const { answer, tries } = JSON.parse(payload) as { readonly answer: string; readonly tries: number }
  return { book, dispute: subject, answer, tries }
}

async function send(deps: SendingDependencies, { dispute, answer, isLast }: Due): Promise<void> {
  const outcome = await ask(deps, dispute, answer)
  const news = newsOf(outcome, answer, isLast)
  if (news === undefined) return
  const { book, payment: root, id, reference: railReference, rail, capture } = dispute
  const about = { dispute: id, railReference, rail, ...(capture !== undefined && { capture }) }
  await enqueueAnswer(deps, { book, kind: 'payment', id: root, root, input: { kind: 'dispute', ...about, news } })
}

async function ask(
  { database, rails }: SendingDependencies,
  dispute: Dispute,
  answer: DisputeAnswer,
): Promise<DisputeAnswerOutcome> {
  const { book, id, rail, reference, amount, asset = '' } = dispute
  const disputes = rails.rail(rail)?.disputes
  if (disputes === undefined) return { kind: 'refused', why: `The rail ${rail} takes no answers.` }
  const call = { id: answer.id, reference, amount, asset }
  if (answer.kind === 'accept') return disputes.accept(call)
  return disputes.challenge(call, await readEvidence(database, { book, dispute: id, answer: answer.id }))
}

function newsOf(outcome: DisputeAnswerOutcome, { id }: DisputeAnswer, isLast: boolean): DisputeNews | undefined {
  switch (outcome.kind) {
    case 'reported':
      return { kind: 'reported', report: outcome.report, at: outcome.at }
    case 'refused':
      return { kind: 'answer_refused', answer: id, why: outcome.why }
    case 'unknown':
    case 'unavailable':
      return isLast
        ? { kind: 'answer_refused', answer: id, why: `it has not answered for a day: ${outcome.why}` }
        : undefined
  }
}
