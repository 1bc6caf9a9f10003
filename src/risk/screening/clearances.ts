import type { Timestamp } from '#kernel'
import type { Snapshot } from './screening.ts'
import type { Hit } from './search/search.ts'
import type { ScreeningSubject } from './subject.ts'
import { contentHash } from './versions.ts'

/** A person has decided that a subject is not the entity. It holds for both as they were then, and for a time. */
export type Clearance = {
  readonly entity: string
  readonly entityHash: string
  readonly subjectHash: string
  readonly until: Timestamp
}

/** `reopened`: there is a clearance, but it does not hold any more. */
export type Standing =
  | { readonly state: 'open' }
  | { readonly state: 'cleared'; readonly until: Timestamp }
  | { readonly state: 'reopened'; readonly because: 'expired' | 'subject_changed' | 'entity_changed' }

export function subjectHash({ kind, names, identifiers, births, countries }: ScreeningSubject): string {
  return contentHash([kind ?? null, names, identifiers ?? [], births ?? [], countries ?? []])
}

type Pair = { readonly subject: ScreeningSubject; readonly entity: string; readonly until: Timestamp }

/** Undefined: the version has no such entity. */
export function clearPair(
  { hashes }: Pick<Snapshot, 'hashes'>,
  { subject, entity, until }: Pair,
): Clearance | undefined {
  const entityHash = hashes.get(entity)
  return entityHash === undefined ? undefined : { entity, entityHash, subjectHash: subjectHash(subject), until }
}

type Context = {
  readonly snapshot: Pick<Snapshot, 'hashes'>
  readonly subject: ScreeningSubject
  /** Those of the subject. */
  readonly clearances: readonly Clearance[]
  readonly now: Timestamp
}

/** How each hit stands. The latest of several clearances of a pair counts. */
export function standings({ snapshot, subject, clearances, now }: Context, hits: readonly Hit[]): readonly Standing[] {
  const latest = new Map<string, Clearance>()
  for (const clearance of clearances) {
    const known = latest.get(clearance.entity)
    if (known === undefined || clearance.until >= known.until) latest.set(clearance.entity, clearance)
  }
  const hash = latest.size === 0 ? '' : subjectHash(subject)
  return hits.map(({ entity }): Standing => {
    const clearance = latest.get(entity)
    if (clearance === undefined) return { state: 'open' }
    if (clearance.subjectHash !== hash) return { state: 'reopened', because: 'subject_changed' }
    if (clearance.entityHash !== snapshot.hashes.get(entity)) return { state: 'reopened', because: 'entity_changed' }
    if (clearance.until <= now) return { state: 'reopened', because: 'expired' }
    return { state: 'cleared', until: clearance.until }
  })
}

/** From which score on a hit is looked at by a person, or stops what it is about. */
export type Thresholds = { readonly review: number; readonly block: number }

export const defaultThresholds: Thresholds = { review: 0.7, block: 0.95 }

/** What the hits that are not cleared ask for. An incomplete search is never clear. */
export function outcomeOf(
  { hits, incomplete }: { readonly hits: readonly Hit[]; readonly incomplete: boolean },
  standing: readonly Standing[],
  { review, block }: Thresholds,
): 'clear' | 'review' | 'block' {
  const open = hits.filter((_, at) => standing[at]?.state !== 'cleared')
  const best = open.reduce((most, { score }) => Math.max(most, score), 0)
  if (best >= block) return 'block'
  return best >= review || incomplete ? 'review' : 'clear'
}
