import type { EntityKind } from './entity.ts'

/** Whom or what to look for. Only the names and identifiers find something; the rest is evidence. */
export type ScreeningSubject = {
  /** Undefined: any. */
  readonly kind?: EntityKind
  readonly names: readonly string[]
  readonly identifiers?: readonly string[]
  /** Days, months or years: YYYY-MM-DD, YYYY-MM or YYYY. */
  readonly births?: readonly string[]
  /** ISO 3166 codes or English names. */
  readonly countries?: readonly string[]
}

/** More of a subject is not read, and its result says so. */
export const subjectLimits = { names: 16, identifiers: 32, births: 8, countries: 32 } as const
