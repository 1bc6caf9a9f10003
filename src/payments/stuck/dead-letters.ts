import { encodeId, idPrefix } from '#kernel'
import type { DeadMessage, Handler } from '#lanes'
import { subjectKinds } from '../payment.ts'
import { closeForReplayed, openForDeadLetters } from './dead-letter-store.ts'
import type { StuckSubject } from './stuck.ts'

/**
 * The hooks for messages that are not tried again. The same transaction opens an entry for the message's subject in the
 * stuck list. It is open until an operator replays the message, there or in the list of dead letters. For the handlers
 * of all messages of payments; `kindOf` gives the kind of the message's subject.
 */
export function toStuckList(kindOf: (payload: string) => StuckSubject['kind']): Required<DeadLetterHooks> {
  const subjectOf = ({ subject, payload }: { readonly subject: string; readonly payload: string }) => ({
    kind: kindOf(payload),
    id: subject,
  })
  return {
    onDead: (tx, dead) =>
      openForDeadLetters(
        tx,
        dead.map((letter) => ({
          subject: subjectOf(letter),
          book: letter.book,
          detail: describe(letter),
          diedAt: letter.diedAt,
        })),
      ),
    onReplayed: (tx, replayed) => closeForReplayed(tx, replayed.map(subjectOf)),
  }
}

type DeadLetterHooks = Pick<Handler, 'onDead' | 'onReplayed'>

function describe({ id, attempts, code, reason }: DeadMessage): string {
  const letter = encodeId(idPrefix.deadLetter, id)
  return `Something that was to be done about it failed ${attempts === 1 ? 'once' : `${attempts} times`} (${code}: ${reason}) and is not tried again by itself. Remove the cause and retry it, which replays the dead letter ${letter}.`
}

/** The kind of an input's subject, from its payload; a payment when the payload cannot be read. */
export function subjectKindOf(payload: string): StuckSubject['kind'] {
  try {
    const { s } = JSON.parse(payload) as { readonly s?: unknown }
    return subjectKinds.find((kind) => kind === s) ?? 'payment'
  } catch {
    return 'payment'
  }
}
