import { lockOccurred, type OccurredCases, openMissing, openOccurred, resolveOccurred } from '#cases'
import { encodeId, idPrefix, type Uuid } from '#kernel'
import type { DeadLetterHooks, DeadSubject } from '#lanes'
import type { Transaction } from '#platform/postgres'
import type { CaseReason } from '../machine.ts'
import { subjectKinds } from '../payment.ts'
import { describeOpenLetters } from './open-letters.ts'
import { paymentsQueue } from './queue.ts'
import type { CaseSubjectKind } from './subject.ts'

const reason = 'dead_letter'

/** The transaction that gives up a message also opens a case for its subject. A replay resolves the case. */
export function deadLetterCases(kindOf: (payload: string) => CaseSubjectKind): DeadLetterHooks {
  const toSubject = ({ book, subject, payload }: DeadSubject) => ({ kind: kindOf(payload), id: subject, book })
  const occurred = (tx: Transaction, dead: readonly DeadSubject[]): OccurredCases<CaseReason, CaseSubjectKind> => ({
    reason,
    subjects: dead.map(toSubject),
    detailsOf: async (subjects) => {
      const detailOf = await describeOpenLetters(tx, subjects)
      return (subject: Uuid) => detailOf(subject) ?? 'Something that was to be done about it failed.'
    },
  })
  return {
    onDead: (tx, dead) => openOccurred(tx, paymentsQueue, occurred(tx, dead)),
    onDeadFound: (tx, dead) => openMissing(tx, paymentsQueue, occurred(tx, dead)),
    beforeReplay: (tx, dead) => lockOccurred(tx, paymentsQueue, { reason, subjects: dead.map(toSubject) }),
    onReplayed: (tx, replayed) =>
      resolveOccurred(tx, paymentsQueue, { reason, subjects: replayed.map(toSubject), resolution: 'retry' }),
  }
}

/** Undefined when the payload does not name the kind of its subject. */
export function nameInputSubject(message: { readonly subject: Uuid; readonly payload: unknown }): string | undefined {
  const named = (message.payload as { readonly s?: unknown } | null)?.s
  const kind = subjectKinds.find((known) => known === named)
  return kind && encodeId(idPrefix[kind], message.subject)
}

/** A payment when the payload cannot be read. */
export function subjectKindOf(payload: string): CaseSubjectKind {
  try {
    const { s } = JSON.parse(payload) as { readonly s?: unknown }
    return subjectKinds.find((kind) => kind === s) ?? 'payment'
  } catch {
    return 'payment'
  }
}
