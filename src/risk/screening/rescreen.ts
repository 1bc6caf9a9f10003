import type { ListedEntity } from './entity.ts'
import type { ScreeningResult, Snapshot } from './screening.ts'
import { search } from './screening.ts'
import { buildIndex, type ListIndex } from './search/list-index.ts'
import { candidatesMax, type Hit, hitsMax, orderHits, searchIndex } from './search/search.ts'
import type { ScreeningSubject } from './subject.ts'
import type { ListDelta } from './versions.ts'

export type Rescreened = {
  readonly result: ScreeningResult
  /** Hits that the new version brought, or changed. */
  readonly opened: readonly Hit[]
  /** Entities that the subject is no longer like, or that are gone. */
  readonly closed: readonly string[]
  /** The whole lists had to be searched. */
  readonly whole: boolean
}

type Before = { readonly subject: ScreeningSubject; readonly result: ScreeningResult }

/**
 * Makes the function that brings a subject's result from one version to the next by what differs between them. The
 * result is that of a search of the whole new version, which takes place only when the old result was incomplete or was
 * of another version.
 */
export function createRescreening(delta: ListDelta, to: Snapshot): (before: Before) => Rescreened {
  const before = indexOf([...delta.removed, ...delta.changed.map((pair) => pair.before)])
  const after = indexOf([...delta.added, ...delta.changed.map((pair) => pair.after)])
  const gone = new Set(before.entities.map(({ id }) => id))
  return ({ subject, result }) => {
    const partial = result.version === delta.from && !result.incomplete
    const updated = partial ? update({ before, after, gone, delta }, subject, result) : undefined
    const next = updated ?? search(to, subject, result.options)
    const kept = new Map(result.hits.map((hit) => [hit.entity, JSON.stringify(hit)]))
    return {
      result: next,
      opened: next.hits.filter((hit) => kept.get(hit.entity) !== JSON.stringify(hit)),
      closed: [...kept.keys()].filter((entity) => !next.hits.some((hit) => hit.entity === entity)),
      whole: updated === undefined,
    }
  }
}

type Sides = {
  readonly before: ListIndex
  readonly after: ListIndex
  readonly gone: ReadonlySet<string>
  readonly delta: ListDelta
}

/** Undefined: the whole search would be incomplete, so that its result is not the sum of its parts. */
function update(sides: Sides, subject: ScreeningSubject, result: ScreeningResult): ScreeningResult | undefined {
  const lost = searchIndex(sides.before, subject, result.options)
  const fresh = searchIndex(sides.after, subject, result.options)
  const comparedBy = result.comparedBy.map(
    (count, at) => count - (lost.comparedBy[at] ?? 0) + (fresh.comparedBy[at] ?? 0),
  )
  const hits = [...result.hits.filter(({ entity }) => !sides.gone.has(entity)), ...fresh.hits]
  if (fresh.incomplete || lost.incomplete || hits.length > hitsMax) return undefined
  if (comparedBy.some((count) => count > candidatesMax)) return undefined
  return { ...result, version: sides.delta.to, hits: orderHits(hits), comparedBy }
}

function indexOf(entities: readonly ListedEntity[]): ListIndex {
  const steps = buildIndex(entities)
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  return step.value
}
