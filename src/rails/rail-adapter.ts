import type { Rail, RailEvent } from './rail.ts'

/** A message from a rail: its headers with the signature, and the exact bytes of its body. */
export type CallbackMessage = {
  readonly header: (name: string) => string | undefined
  readonly body: Buffer
}

export type Reading =
  | { readonly kind: 'event'; readonly event: RailEvent }
  /** Understood, and without consequences. */
  | { readonly kind: 'nothing'; readonly eventId: string }
  /** Not understood; stored with the reason, for an operator. */
  | { readonly kind: 'problem'; readonly reason: string; readonly eventId?: string }

/** A statement that a rail offers: its name, such as its date, and its number of lines without the header. */
export type StatementOffer = { readonly name: string; readonly lines: number }

/** Statements, oldest first. Failures of a rail or a network are returned, never thrown. */
export type StatementSource = {
  /** The statements after the named one, or from the first one on. Some of them may have been read before. */
  readonly list: (
    after: string | undefined,
  ) => Promise<
    { readonly ok: true; readonly offers: readonly StatementOffer[] } | { readonly ok: false; readonly why: string }
  >
  /** The file as a stream; reading it throws when the connection breaks. */
  readonly open: (
    name: string,
  ) => Promise<
    { readonly ok: true; readonly chunks: AsyncIterable<Buffer> } | { readonly ok: false; readonly why: string }
  >
  /** Returns the reader of a file with this first line. Lines are counted from 1, after the header. */
  readonly reader: (name: string, header: string) => (line: string, number: number) => Reading
}

/** A rail as its adapter provides it: without breaker, and with callbacks and statements. */
export type RailAdapter = Rail & {
  /** Whether the rail answers at all. */
  readonly probe: () => Promise<boolean>
  readonly callbacks?: {
    /** Whether the message comes from the rail and is recent. */
    readonly isGenuine: (message: CallbackMessage) => boolean
    readonly read: (body: unknown) => Reading
  }
  readonly statements?: StatementSource
  readonly close: () => Promise<void>
}
