import { type EntityKind, identifierKey, isTelling, type ListedEntity, type ListedName } from '../entity.ts'
import { type Evidence, evidenceOf, factsOf, type SubjectFacts, weakFactor, weakName, weighed } from '../evidence.ts'
import { type OfacName, ofacName, ofacScore, ofacWhole } from '../names/ofac-score.ts'
import { type NameKind, type ParsedName, parseName } from '../names/parse-name.ts'
import { type NameScore, scoreNames } from '../names/score-names.ts'
import { Vocabulary } from '../names/token.ts'
import { type ScreeningSubject, subjectLimits } from '../subject.ts'
import { findCandidates, type Gate } from './candidates.ts'
import { explainName, type NameExplanation, rounded } from './explain.ts'
import type { ListIndex } from './list-index.ts'

export type SearchOptions = {
  /** Hits with a lower score are left out. From `thresholdMin` to 1. */
  readonly threshold: number
  /** Hits that the search of OFAC would show from this score on (0 to 100) are shown too. Undefined: it does not matter. */
  readonly ofacThreshold?: number
}

/**
 * Two names that differ in a word on both sides score less, and are not looked for. Nor can evidence make a hit of a name
 * that scores less.
 */
export const thresholdMin = 0.65
export const defaultThreshold = 0.7
export const hitsMax = 100
/** Names that one name of a subject is compared with. */
export const candidatesMax = 1000

export type Hit = {
  readonly entity: string
  readonly list: string
  readonly kind: EntityKind
  readonly by: 'identifier' | 'name'
  /** From 0 to 1, with the evidence. */
  readonly score: number
  /** From 0 to 1, of the name alone. */
  readonly nameScore: number
  /** From 0 to 100: what the search of OFAC would say. */
  readonly ofacScore: number
  readonly primaryName: string
  readonly name?: NameExplanation
  readonly identifiers: readonly { readonly kind: string; readonly value: string }[]
  readonly evidence: readonly Evidence[]
}

export type Found = {
  /** The best first. */
  readonly hits: readonly Hit[]
  /** For each reading of each name of the subject: how many names it had to be compared with. */
  readonly comparedBy: readonly number[]
  /**
   * There were more names to compare, or more hits, than the bounds allow, or the subject was longer than is read, or a name
   * had nothing to read.
   */
  readonly incomplete: boolean
}

type Best = Scored & { readonly rank: number; readonly ofac: number }
type Query = { readonly text: string; readonly parsed: ParsedName; readonly ofac: OfacName }

/** Searches one index. Bounded work, and the same result for the same index and subject, always. */
export function searchIndex(index: ListIndex, subject: ScreeningSubject, options: SearchOptions): Found {
  const gate: Gate = { strict: options.ofacThreshold === undefined, candidatesMax }
  const best = new Map<number, Best>()
  const comparedBy: number[] = []
  let incomplete = isLong(subject)
  for (const query of queriesOf(index, subject)) {
    incomplete ||= query.parsed.truncated || query.parsed.tokens.length === 0
    const found = findCandidates(index, query.parsed, gate)
    comparedBy.push(found.count)
    incomplete ||= found.count > candidatesMax
    for (const name of found.names) {
      const listed = index.names[name]
      if (listed === undefined || !isOfKind(index.entities[listed.entity], subject.kind)) continue
      const result = scoreNames(query.parsed, listed.parsed, found.compare)
      keepBest({ index, best, options }, { entity: listed.entity, result, query, name })
    }
  }
  const facts = factsOf(subject)
  const byIdentifier = findIdentifiers(index, subject)
  const hits: Hit[] = []
  for (const place of new Set([...best.keys(), ...byIdentifier.keys()])) {
    const hit = hitOf({ index, facts, options }, { place, best: best.get(place), keys: byIdentifier.get(place) ?? [] })
    if (hit !== undefined) hits.push(hit)
  }
  return { hits: orderHits(hits).slice(0, hitsMax), comparedBy, incomplete: incomplete || hits.length > hitsMax }
}

/** The best first; among equals, by the id. */
export function orderHits(hits: readonly Hit[]): Hit[] {
  return hits.toSorted((one, other) => other.score - one.score || (one.entity < other.entity ? -1 : 1))
}

function isLong({ names, identifiers = [], births = [], countries = [] }: ScreeningSubject): boolean {
  if (names.length > subjectLimits.names || identifiers.length > subjectLimits.identifiers) return true
  return births.length > subjectLimits.births || countries.length > subjectLimits.countries
}

function isOfKind(entity: ListedEntity | undefined, kind: EntityKind | undefined): boolean {
  return entity !== undefined && (kind === undefined || entity.kind === kind)
}

/** Each name as that of a person, or of something else, or of both. */
function* queriesOf(index: ListIndex, { kind, names }: ScreeningSubject): Iterable<Query> {
  const kinds: NameKind[] = kind === undefined ? ['person', 'other'] : [kind === 'person' ? 'person' : 'other']
  const vocabulary = new Vocabulary(index.vocabulary)
  for (const text of new Set(names.slice(0, subjectLimits.names))) {
    const ofac = ofacName(ofacWhole(text))
    for (const one of kinds) {
      yield { text, parsed: parseName(text, one, vocabulary), ofac }
    }
  }
}

type Keep = { readonly index: ListIndex; readonly best: Map<number, Best>; readonly options: SearchOptions }
type Scored = { readonly entity: number; readonly result: NameScore; readonly query: Query; readonly name: number }

/** Which name is the best depends on nothing but the entity and the subject: the first of equals, of the first query. */
function keepBest({ index, best, options }: Keep, scored: Scored): void {
  const { entity, result, query, name } = scored
  const known = best.get(entity)
  const rank = result.score * (listedNameOf(index, name)?.quality === 'weak' ? weakFactor : 1)
  const sooner = known !== undefined && rank === known.rank && query === known.query && name < known.name
  const better = known === undefined || rank > known.rank || sooner
  if (options.ofacThreshold === undefined) {
    if (better && result.score >= thresholdMin) best.set(entity, { ...scored, rank, ofac: -1 })
    return
  }
  const ofac = Math.max(ofacOf(index, query, name), known?.ofac ?? 0)
  if (better) best.set(entity, { ...scored, rank, ofac })
  else if (ofac > known.ofac) best.set(entity, { ...known, ofac })
}

function listedNameOf(index: ListIndex, place: number): ListedName | undefined {
  const name = index.names[place]
  return name === undefined ? undefined : index.entities[name.entity]?.names[name.name]
}

/** The names of a list as OFAC's score compares them, once they were needed. */
const ofacNames = new WeakMap<ListIndex, (OfacName | undefined)[]>()

function ofacOf(index: ListIndex, query: Query, place: number): number {
  const known = ofacNames.get(index) ?? []
  if (known.length === 0) ofacNames.set(index, known)
  const name = known[place] ?? ofacName(ofacWhole(listedNameOf(index, place)?.text ?? ''))
  known[place] = name
  return ofacScore(query.ofac, name)
}

function findIdentifiers(index: ListIndex, { kind, identifiers = [] }: ScreeningSubject): Map<number, string[]> {
  const found = new Map<number, string[]>()
  for (const value of identifiers.slice(0, subjectLimits.identifiers)) {
    const key = identifierKey(value)
    if (!isTelling(key, kind)) continue
    for (const place of new Set(index.identifiers.get(key))) {
      const entity = index.entities[place]
      if (!isOfKind(entity, kind) || !entity?.identifiers.some((listed) => identifierKey(listed.value) === key))
        continue
      found.set(place, [...(found.get(place) ?? []), key])
    }
  }
  return found
}

type Context = { readonly index: ListIndex; readonly facts: SubjectFacts; readonly options: SearchOptions }
type Match = { readonly place: number; readonly best: Best | undefined; readonly keys: readonly string[] }

function hitOf({ index, facts, options }: Context, { place, best, keys }: Match): Hit | undefined {
  const entity = index.entities[place]
  if (entity === undefined) return undefined
  const listedName = best === undefined ? undefined : listedNameOf(index, best.name)
  const weak = listedName?.quality === 'weak' ? [weakName(listedName)] : []
  const evidence = [...evidenceOf(facts, entity), ...weak]
  const nameScore = rounded(best?.result.score ?? 0)
  const score = keys.length > 0 ? 1 : rounded(weighed(nameScore, evidence))
  if (score < options.threshold && options.ofacThreshold === undefined) return undefined
  const ofac = best === undefined ? 0 : best.ofac < 0 ? ofacOf(index, best.query, best.name) : best.ofac
  if (score < options.threshold && ofac < (options.ofacThreshold ?? 0)) return undefined
  const name = best === undefined || listedName === undefined ? undefined : explained(index, best, listedName)
  return {
    entity: entity.id,
    list: entity.list,
    kind: entity.kind,
    by: keys.length > 0 ? 'identifier' : 'name',
    score,
    nameScore,
    ofacScore: ofac,
    primaryName: entity.names[0]?.text ?? '',
    ...(name !== undefined && { name }),
    identifiers: entity.identifiers
      .filter(({ value }) => keys.includes(identifierKey(value)))
      .map(({ kind, value }) => ({ kind, value })),
    evidence,
  }
}

function explained(index: ListIndex, { query, name, result }: Best, { text }: ListedName): NameExplanation | undefined {
  const listed = index.names[name]?.parsed
  if (listed === undefined) return undefined
  return explainName({ subjectName: query.text, listedName: text, subject: query.parsed, listed }, result)
}
