import type { Subject, SubjectKind } from './subject-schema.ts'
import type { Statistic, Tree } from './tree.ts'
import type { Value } from './values.ts'

/**
 * A window that rules ask for. Whoever keeps windows uses the functions of `event` on each recorded subject of the
 * stream, and answers for a key.
 */
export type WindowSpec = {
  /** In a text form. Windows with the same id have the same content. */
  readonly id: string
  readonly stream: SubjectKind
  readonly lengthMicros: number
  readonly keyFields: readonly string[]
  readonly where: Tree | undefined
  readonly statistic: Statistic
  readonly field: string | undefined
  /** From 1 to 99, of `percentile`. */
  readonly percent: number | undefined
  /** Of amounts there is a window for each asset: the asset is the last part of the key. */
  readonly isOfAmounts: boolean
  readonly event: {
    readonly accepts: (event: Subject) => boolean
    /** Undefined: the event counts for no key. */
    readonly key: (event: Subject) => string | undefined
    /** Minor units of an amount. Undefined: nothing to count, except for `count`. */
    readonly value: (event: Subject) => number | bigint | string | undefined
  }
}

/**
 * Minor units for amounts, numbers for everything else. Undefined: nothing is in the window, so it has no average,
 * minimum, maximum, deviation or percentile (count, sum and distinct are 0). Null: the reader has not prepared the
 * window for this key, which makes an error. An average and a deviation of amounts are rounded half up to minor units.
 */
export type WindowAnswer = number | bigint | undefined | null

/**
 * The window ends at the subject's time, inclusive, and has events later than its time minus the length. Events of
 * subjects that were decided earlier in the batch count when the caller has recorded them (see `onDecided`). The subject
 * itself does not count unless it was recorded.
 */
export type WindowReader = {
  readonly read: (window: WindowSpec, key: string, at: number) => WindowAnswer
}

export type ListReader = {
  /** The version that the batch sees; undefined: there is no such list. */
  readonly version: (list: string) => string | undefined
  readonly has: (entry: { readonly list: string; readonly value: string; readonly at: number }) => boolean
}

export type Screening = {
  /** From 0 to 100. */
  readonly score: number
  readonly hits: number
  /** Of the lists that were searched. */
  readonly version: string
}

/** Undefined: there is no such party in the subject. Null: it was not screened, which makes an error. */
export type ScreeningReader = {
  readonly result: (subject: Subject, party: string) => Screening | undefined | null
}

export type EarlierDecision = { readonly outcome: string; readonly score: number; readonly at: number }

/** The last decision on a subject with this value in this field. Undefined: there is none. Null: not prepared. */
export type EarlierReader = {
  readonly last: (asked: { readonly field: string; readonly value: string }) => EarlierDecision | undefined | null
}

/** A value that is not in the rule, because it follows the traffic or is shared by many. */
export type Threshold = { readonly value: Value; readonly version: string }

export type ThresholdReader = { readonly current: (name: string) => Threshold | undefined }

/** Everything that rules read besides the subject. All of it is in memory before a batch is evaluated. */
export type Facts = {
  readonly windows: WindowReader
  readonly lists: ListReader
  readonly screenings: ScreeningReader
  readonly earlier: EarlierReader
  readonly thresholds: ThresholdReader
}

/** For scenarios that read the fields of subjects only. */
export const noFacts: Facts = {
  windows: { read: () => null },
  lists: { version: () => undefined, has: () => false },
  screenings: { result: () => null },
  earlier: { last: () => null },
  thresholds: { current: () => undefined },
}
