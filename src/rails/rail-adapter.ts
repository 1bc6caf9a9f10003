import type { Rail, RailEvent } from './rail.ts'

/** A message from a rail: the headers that sign it, and the very bytes of its body. */
export type CallbackMessage = {
  readonly header: (name: string) => string | undefined
  readonly body: Buffer
}

/** What was read from a callback or a line of a statement. */
export type Reading =
  | { readonly kind: 'event'; readonly event: RailEvent }
  /** Understood, and nothing that anybody has to know. */
  | { readonly kind: 'nothing'; readonly eventId: string }
  /** Not understood: it is kept with the reason, for a person. */
  | { readonly kind: 'problem'; readonly reason: string; readonly eventId?: string }

/** A statement that a rail offers: its name, such as its date, and how many lines it has, its header not counted. */
export type StatementOffer = { readonly name: string; readonly lines: number }

/** Statements, oldest first. Nothing is thrown for what a rail or a network can do. */
export type StatementSource = {
  /** The statements after the one named, or from the first one on; some of them may have been read before. */
  readonly list: (
    after: string | undefined,
  ) => Promise<
    { readonly ok: true; readonly offers: readonly StatementOffer[] } | { readonly ok: false; readonly why: string }
  >
  /** The file as it comes; reading it throws when the connection breaks. */
  readonly open: (
    name: string,
  ) => Promise<
    { readonly ok: true; readonly chunks: AsyncIterable<Buffer> } | { readonly ok: false; readonly why: string }
  >
  /** Given a file's first line, answers the reader of those that follow; lines are counted from 1. */
  readonly reader: (name: string, header: string) => (line: string, number: number) => Reading
}

/** A rail as its adapter makes it: without breaker, and with what the rail says by itself. */
export type RailAdapter = Rail & {
  /** Whether the rail answers at all. */
  readonly probe: () => Promise<boolean>
  readonly callbacks?: {
    /** Whether the message comes from the rail, and now. */
    readonly isGenuine: (message: CallbackMessage) => boolean
    /** Reads the body of a genuine message. */
    readonly read: (body: unknown) => Reading
  }
  readonly statements?: StatementSource
  readonly close: () => Promise<void>
}
