import type { Rail, RailEvent } from './rail.ts'

export type CallbackMessage = {
  readonly header: (name: string) => string | undefined
  readonly body: Buffer
}

export type Reading =
  | { readonly kind: 'event'; readonly event: RailEvent }
  /** Understood, without consequences. */
  | { readonly kind: 'nothing'; readonly eventId: string }
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

/** A rail as its adapter provides it: without breaker, and with callbacks and statements. */
export type RailAdapter = Rail & {
  readonly probe: () => Promise<boolean>
  readonly callbacks?: {
    readonly isGenuine: (message: CallbackMessage) => boolean
    /** Only of a genuine message. It may decrypt the body. */
    readonly read: (message: CallbackMessage) => CallbackReading | Promise<CallbackReading>
  }
  readonly statements?: StatementSource
  readonly close: () => Promise<void>
}
