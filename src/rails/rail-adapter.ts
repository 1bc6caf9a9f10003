import type { Uuid } from '#kernel'
import type { Rail, RailCall, RailEvent, RailHandle, RailOperation } from './rail.ts'
import type { RailMaintenance } from './rail-parts.ts'

export type CallbackMessage = {
  readonly header: (name: string) => string | undefined
  readonly body: Buffer
}

export type Reading =
  | { readonly kind: 'event'; readonly event: RailEvent }
  /** Understood, without consequences. */
  | { readonly kind: 'nothing'; readonly eventId: string }
  /** Needs `healthKey` of the adapter. */
  | { readonly kind: 'maintenance'; readonly eventId: string; readonly maintenance: RailMaintenance }
  /** Not understood; stored with the reason, for an operator. */
  | { readonly kind: 'problem'; readonly reason: string; readonly eventId?: string }

/** The name is, for example, a date. `lines`: another number when it is issued again; often that of its lines. */
export type StatementOffer = { readonly name: string; readonly lines: number }

/** `position`: where reading goes on after it, in the adapter's own words: a line, a page, a block. */
export type StatementItem = { readonly position: string; readonly text: string; readonly reading: Reading }

/** Oldest first. Failures of a rail or a network in `list` are returned, never thrown. */
export type StatementSource = {
  /** The statements after the named one, or all. Some of them may have been read before. */
  readonly list: (
    after: string | undefined,
  ) => Promise<
    { readonly ok: true; readonly offers: readonly StatementOffer[] } | { readonly ok: false; readonly why: string }
  >
  /**
   * The items after the position, or all. It ends when the statement is complete and its totals are right. Otherwise it
   * throws: a retryable Fault when the rail does not deliver, `refusedStatement` when the whole is not understood.
   */
  readonly read: (offer: StatementOffer, position: string | undefined) => AsyncIterable<StatementItem>
}

/** What the rail wants to hear, once everything in its message is stored. */
export type CallbackReply = { readonly status: number; readonly type: string; readonly body: string }

/** A message may report several events. Without a `reply`, the answer is 200 and `{"received":true}`. */
export type CallbackReading = { readonly readings: readonly Reading[]; readonly reply?: CallbackReply }

/** A stored call, with what the adapter prepared for it and later answers added. */
export type KnownCall = { readonly id: Uuid; readonly operation: RailOperation; readonly handle?: RailHandle }

/** The latest call that the rail names so, of any book. It may be asked up to 100 times a message, within 3 s. */
export type FindCall = (railReference: string) => Promise<KnownCall | undefined>

/** A rail as its adapter provides it: without breaker, and with callbacks and statements. */
export type RailAdapter = Rail & {
  readonly probe: () => Promise<boolean>
  /**
   * The part of the rail that a call depends on, such as the issuer, the handle's bank or a BIC: up to 64 letters,
   * digits, `.`, `_`, `@` and `-`, and no account number. Each has a breaker of its own. Undefined: only the rail.
   */
  readonly healthKey?: (call: RailCall) => string | undefined
  readonly callbacks?: {
    readonly isGenuine: (message: CallbackMessage) => boolean
    /** Only of a genuine message. It may decrypt the body, and find the handle of a call that the message names. */
    readonly read: (message: CallbackMessage, findCall: FindCall) => CallbackReading | Promise<CallbackReading>
  }
  readonly statements?: StatementSource
  readonly close: () => Promise<void>
}
