import type { Timestamp, Uuid } from '#kernel'
import type { Principal } from '#platform/http'

/** As stored; one that has lapsed is still `open` or `approved` there. */
export type StoredState = 'open' | 'approved' | 'rejected' | 'withdrawn' | 'done'
export type ApprovalState = StoredState | 'lapsed'

/** A call that waits for a second person, or waited. */
export type Approval = {
  readonly id: Uuid
  readonly book: number
  readonly state: ApprovalState
  readonly operation: string
  readonly method: string
  /** With the query. */
  readonly path: string
  /** The bytes of the body, as text. */
  readonly body: string
  readonly asker: Pick<Principal, 'kind' | 'id'>
  readonly askerName: string
  /** The asker may act in any book, so whoever approves must too. */
  readonly ofAnyBook: boolean
  readonly askedAt: Timestamp
  readonly lapsesAt: Timestamp
  readonly decidedBy: Uuid | undefined
  readonly decidedName: string | undefined
  readonly decidedAt: Timestamp | undefined
}

/** What of a book waits for a second person, and for how long at most. */
export type ApprovalRules = { readonly permissions: readonly string[]; readonly lapseHours: number }
