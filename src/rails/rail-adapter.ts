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

/** The name is, for example, a date; `lines` excludes the header. */
export type StatementOffer = { readonly name: string; readonly lines: number }

/** Oldest first. Failures of a rail or a network are returned, never thrown. */
export type StatementSource = {
  /** The statements after the named one, or all. Some of them may have been read before. */
  readonly list: (
    after: string | undefined,
  ) => Promise<
    { readonly ok: true; readonly offers: readonly StatementOffer[] } | { readonly ok: false; readonly why: string }
  >
  /** Reading the chunks throws when the connection breaks. */
  readonly open: (
    name: string,
  ) => Promise<
    { readonly ok: true; readonly chunks: AsyncIterable<Buffer> } | { readonly ok: false; readonly why: string }
  >
  /** Returns the reader of a file with this header. Lines are counted from 1, after the header. */
  readonly reader: (header: string) => (line: string, number: number) => Reading
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
