import { openOccurred, resolveOccurred } from '#cases'
import { encodeId, idPrefix, type Uuid } from '#kernel'
import type { DeadMessage, Handler } from '#lanes'
import { subjectKinds } from '../payment.ts'
import { paymentsQueue } from './queue.ts'
import type { CaseSubjectKind } from './subject.ts'

/** The transaction that gives up a message also opens a case for its subject. A replay resolves the case. */
export function deadLetterCases(kindOf: (payload: string) => CaseSubjectKind): Required<DeadLetterHooks> {
  const subjectOf = ({ subject, payload }: { readonly subject: string; readonly payload: string }) => ({
    kind: kindOf(payload),
    id: subject,
  })
  const reason = 'dead_letter'
  return {
    onDead: (tx, dead) =>
      openOccurred(
        tx,
        paymentsQueue,
        dead.map((letter) => ({
          ...{ subject: subjectOf(letter), book: letter.book, reason, detail: describe(letter), at: letter.diedAt },
        })),
      ),
    onReplayed: (tx, replayed) =>
      resolveOccurred(tx, paymentsQueue, { subjects: replayed.map(subjectOf), reason, resolution: 'retry' }),
  }
}

type DeadLetterHooks = Pick<Handler, 'onDead' | 'onReplayed'>

function describe({ id, attempts, code, reason }: DeadMessage): string {
  const letter = encodeId(idPrefix.deadLetter, id)
  return `Something that was to be done about it failed ${attempts === 1 ? 'once' : `${attempts} times`} (${code}: ${reason}) and is not tried again by itself. Remove the cause and retry it, which replays the dead letter ${letter}.`
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
