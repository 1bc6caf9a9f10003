import type { CaseChange, CaseHandler, CaseQueue } from '#cases'
import { amountText } from '#kernel'
import type { Dispute, DisputeNews } from '../dispute.ts'
import { isToBeAnswered } from '../machines/disputes/dispute-stages.ts'
import type { Payments } from '../payments.ts'

type DisputeReason = 'answer_due' | 'bank_decides' | 'give_back_refused'

export type DisputesCaseChange = CaseChange<DisputeReason, 'dispute'>

const hour = 3_600
const day = 24 * hour

/** Cases about disputes, from the opening to the end. The rail's own time for evidence is when one is due. */
export const disputesQueue: CaseQueue<DisputeReason, 'dispute'> = {
  name: 'disputes',
  subjects: { dispute: 'dsp' },
  reasons: {
    answer_due: { dueWithinSeconds: 7 * day, closesWhen: 'The dispute is challenged, or ends.' },
    bank_decides: { dueWithinSeconds: 90 * day, priority: 'low', closesWhen: 'The rail reports the decision.' },
    give_back_refused: { dueWithinSeconds: 4 * hour, closesWhen: 'The money is with those from whom it was taken.' },
  },
  // A dispute itself is accepted or challenged with an act of its own.
  actionsOn: ({ reason }) => (reason === 'give_back_refused' ? ['retry'] : []),
  outcomesOf: () => [],
}

type Wanted = { readonly reason: DisputeReason; readonly detail: string; readonly dueAt?: number }

/** The cases that a dispute has, the one to act on first at the end. */
function casesOf(dispute: Dispute): Wanted[] {
  const { stage, undelivered, evidenceDueAt, version } = dispute
  const cases: Wanted[] = []
  if (version > 0 && stage === 'challenged')
    cases.push({ reason: 'bank_decides', detail: `${textOf(dispute)} It is challenged, and the bank decides.` })
  if (version > 0 && isToBeAnswered(dispute)) {
    const due = evidenceDueAt === undefined ? {} : { dueAt: evidenceDueAt }
    cases.push({ reason: 'answer_due', detail: `${textOf(dispute)} ${answerText(dispute)}`, ...due })
  }
  if (undelivered !== undefined) {
    const detail = `${textOf(dispute)} It was won, and the books refused to return the money to those from whom it was taken; it is in suspense. Retry once their accounts can take it.`
    cases.push({ reason: 'give_back_refused', detail })
  }
  return cases
}

function textOf({ rail, reference, amount, asset, stage, reason }: Dispute): string {
  const written = asset === undefined ? `${amount} minor units` : amountText(amount, asset)
  const why = reason === undefined ? '' : ` for ${reason.category} (${reason.code})`
  return `Rail ${rail} reports ${stage === 'inquiry' ? 'an inquiry' : 'a dispute'} of ${written}${why}, ${reference}.`
}

function answerText({ answer }: Dispute): string {
  if (answer === undefined) return 'Accept it, or challenge it with evidence.'
  if (answer.state === 'pending')
    return `To ${answer.kind} it has been asked of the rail, which has not confirmed that yet.`
  return `The rail refused to ${answer.kind} it: ${answer.why ?? ''} Answer it again.`
}

/** What follows for the cases of a dispute from a step. An operator's act that changed nothing is over. */
export function caseChangesOf(
  before: Dispute,
  after: Dispute | undefined,
  news: DisputeNews['kind'],
): DisputesCaseChange[] {
  const changes = after === undefined ? [] : changesBetween(before, after)
  const { id, book } = before
  const acted = { subject: { kind: 'dispute', id }, book, change: 'acted' } as const
  return news === 'deliver' && changes.length === 0 ? [acted] : changes
}

/** `after` has the next version. A case that is due at another time is opened again, with its owner and age. */
export function changesBetween(before: Dispute, after: Dispute): DisputesCaseChange[] {
  const had = casesOf(before)
  const wanted = casesOf({ ...after, version: after.version + 1 })
  const { id, book, attempt, amount, asset } = after
  const subject = { kind: 'dispute', id } as const
  const about = { ...(attempt !== undefined && { attempt }), ...(asset !== undefined && { amount, asset }) }
  const isChanged = (one: Wanted) => had.every((other) => other.reason !== one.reason || other.detail !== one.detail)
  const isMoved = (one: Wanted) => had.some((other) => other.reason === one.reason && other.dueAt !== one.dueAt)
  const opened = wanted.filter((one) => isChanged(one) || isMoved(one))
  const isOver = (one: Wanted) => wanted.every(({ reason }) => reason !== one.reason)
  const over = had.filter((one) => isOver(one) || wanted.some((other) => other.reason === one.reason && isMoved(other)))
  return [
    ...over.map(({ reason }): DisputesCaseChange => {
      return { subject, book, change: 'resolve', reason, isReplaced: opened.length > 0 }
    }),
    ...opened.map(({ reason, detail, dueAt }): DisputesCaseChange => {
      return { subject, book, change: 'open', reason, detail, about, ...(dueAt !== undefined && { dueAt }) }
    }),
  ]
}

type CarryOutDependencies = { readonly payments: Pick<Payments, 'deliverDispute'> }

/** Carries out the actions of operators on the cases of disputes. */
export function createDisputeCaseHandler({ payments }: CarryOutDependencies): CaseHandler {
  return {
    lockSubject: async (tx, { id, book }) => {
      await tx.query({
        text: `select from payments.payments where book_id = $1 and id = (
          select payment_id from payments.disputes where book_id = $1 and id = $2::uuid) for update`,
        values: [book, id],
      })
    },
    carryOut: async (tx, { book, subject }) => {
      await payments.deliverDispute(tx, { book, dispute: subject.id })
      return 'started'
    },
  }
}
