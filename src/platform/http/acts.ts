import { assert } from '#kernel'
import type { Transaction } from '../postgres/index.ts'
import type { Caller, Principal } from './caller.ts'
import type { Permission } from './permissions.ts'

/**
 * What the log of acts has of a route that changes something: the names of its acts (`noun.verb`), or why a call needs no
 * row there.
 */
export type Acts = readonly [string, ...string[]] | { readonly none: string }

export type Change = {
  /** One of the route's acts; by default its first. */
  readonly action?: string
  /** The public id or the name of what was changed. */
  readonly subject: string
  /** Both, as clients see it: the log keeps the fields that differ. When none does, nothing is recorded. */
  readonly before?: object | null
  readonly after?: object | null
  /** What is no field of the subject. */
  readonly details?: Readonly<Record<string, string | null>>
  /** Of what was changed; by default that of the call. `shared`: it is of all books. */
  readonly book?: number | 'shared'
}

/** The call that an act is part of: from where, and with what authority. */
export type ActingCall = {
  readonly name: string
  readonly grant: string
  /** Those that the call needed. */
  readonly permission: string
  readonly address: string | undefined
  readonly requestId: string
}

export type CallAct = Pick<Change, 'subject' | 'before' | 'after' | 'details'> & {
  readonly action: string
  readonly actor: Principal
  /** Undefined: of all books. */
  readonly book: number | undefined
  readonly call: ActingCall
  /** It has happened, so it is recorded even if the actor is not in force any more. */
  readonly isDone?: boolean
}

/** Appends to the log of acts, in the transaction of the change. Throws when the actor is not in force any more. */
export type RecordAct = (tx: Transaction, act: CallAct) => Promise<void>

type Recording = {
  readonly acts: readonly [string, ...string[]]
  readonly record: RecordAct | undefined
  readonly caller: Caller
  readonly call: () => ActingCall
}

export type Recorder = {
  /** Records a change. With a route's own transaction, call it last there: the log is locked from then to its commit. */
  readonly record: (tx: Transaction, change: Change) => Promise<void>
  readonly isRecorded: () => boolean
  /** Who has approved the call: named in what is recorded from now on. */
  readonly approvedBy: (who: string) => void
}

/** Of a route without acts. */
export const nothingToRecord: Recorder = {
  record: async () => assert(false, 'only a route that declares its acts records any'),
  isRecorded: () => true,
  approvedBy: () => undefined,
}

export function createRecorder({ acts, record, caller, call }: Recording): Recorder {
  let isRecorded = false
  let approval = ''
  return {
    record: async (tx, { action = acts[0], book = caller.book.number, ...change }) => {
      assert(acts.includes(action), `the route declares the act ${action}`)
      isRecorded = true
      const actor = caller.principal
      const calling = call()
      const made = { ...calling, grant: `${calling.grant}${approval}` }
      await record?.(tx, { ...change, action, actor, book: book === 'shared' ? undefined : book, call: made })
    },
    approvedBy: (who) => {
      approval = `, approved by ${who}`
    },
    isRecorded: () => isRecorded,
  }
}

/** Those that the route needed, for this body. */
export function neededPermissions(needs: readonly (Permission | 'none' | undefined)[]): string {
  return needs.filter((one) => one !== undefined && one !== 'none').join(' ')
}
