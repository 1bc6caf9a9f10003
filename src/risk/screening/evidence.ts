import { countryCode } from './countries.ts'
import { readDate } from './dates.ts'
import type { DateRange, ListedEntity, ListedName } from './entity.ts'
import { type ScreeningSubject, subjectLimits } from './subject.ts'

/** What speaks for or against a hit besides the name. */
export type Evidence = {
  readonly field: 'birth' | 'country' | 'weak_name'
  readonly verdict: 'for' | 'against'
  readonly subject: readonly string[]
  readonly listed: readonly string[]
}

export type SubjectFacts = { readonly births: readonly DateRange[]; readonly countries: readonly string[] }

export function factsOf({ births = [], countries = [] }: ScreeningSubject): SubjectFacts {
  return {
    births: births.slice(0, subjectLimits.births).flatMap((text) => readDate(text) ?? []),
    countries: countries.slice(0, subjectLimits.countries).flatMap((text) => countryCode(text) ?? []),
  }
}

/** Lists are often a year or two off; a date that is called approximate, more. */
const yearsOff = 2
const yearsOffAbout = 5
const millisecondsPerYear = 365.25 * 24 * 3600 * 1000

export function evidenceOf(facts: SubjectFacts, entity: ListedEntity): Evidence[] {
  const evidence: Evidence[] = []
  if (facts.births.length > 0 && entity.births.length > 0) {
    const verdict = birthVerdict(facts.births, entity.births)
    const listed = entity.births.map(rangeText)
    if (verdict !== undefined) evidence.push({ field: 'birth', verdict, subject: facts.births.map(rangeText), listed })
  }
  if (facts.countries.length > 0 && entity.countries.length > 0) {
    const shared = facts.countries.some((code) => entity.countries.includes(code))
    const verdict = shared ? 'for' : 'against'
    evidence.push({ field: 'country', verdict, subject: facts.countries, listed: entity.countries })
  }
  return evidence
}

/** Undefined: too near to speak against, too far to speak for. */
function birthVerdict(subject: readonly DateRange[], listed: readonly DateRange[]): Evidence['verdict'] | undefined {
  let near = false
  for (const one of subject) {
    for (const other of listed) {
      if (one.from <= other.to && other.from <= one.to) return 'for'
      const gap = one.from > other.to ? yearsBetween(other.to, one) : yearsBetween(one.to, other)
      if (gap <= (other.about === true ? yearsOffAbout : yearsOff)) near = true
    }
  }
  return near ? undefined : 'against'
}

function yearsBetween(earlier: string, later: DateRange): number {
  return (Date.parse(later.from) - Date.parse(earlier)) / millisecondsPerYear
}

function rangeText({ from, to }: DateRange): string {
  return from === to ? from : `${from}/${to}`
}

/** For: the part of the distance to 1 that stays. Against: the part of the score that stays. */
const factors = { birth: { for: 0.7, against: 0.85 }, country: { for: 0.9, against: 0.95 } } as const

/** The list itself says that the name is used by many. */
export const weakFactor = 0.97

export function weakName({ text }: ListedName): Evidence {
  return { field: 'weak_name', verdict: 'against', subject: [], listed: [text] }
}

/** The score of a name with what speaks for and against it, from 0 to 1. A name alone that is unlike stays unlike. */
export function weighed(score: number, evidence: readonly Evidence[]): number {
  let result = score
  for (const { field, verdict } of evidence) {
    if (field === 'weak_name') result *= weakFactor
    else if (verdict === 'for') result = 1 - (1 - result) * factors[field].for
    else result *= factors[field].against
  }
  return result
}
