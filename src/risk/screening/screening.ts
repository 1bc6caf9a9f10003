import { createHash } from 'node:crypto'
import type { ListedEntity } from './entity.ts'
import type { ListFile } from './files/list-file.ts'
import { type OfacFiles, readOfac } from './files/ofac.ts'
import { readUn } from './files/un.ts'
import { buildIndex, type ListIndex } from './search/list-index.ts'
import { type Found, type SearchOptions, searchIndex, thresholdMin } from './search/search.ts'
import type { ScreeningSubject } from './subject.ts'
import {
  deltaBetween,
  type HashedEntities,
  hashEntities,
  type ListDelta,
  type ListOfVersion,
  type ListVersion,
  versionId,
} from './versions.ts'

/** The lists that are given replace those loaded before; the others stay. */
export type ListFiles = { readonly ofac?: OfacFiles; readonly un?: ListFile }

/** One version of the lists. It never changes, so what holds it searches the same lists until it lets go. */
export type Snapshot = HashedEntities & { readonly version: ListVersion; readonly index: ListIndex }

export type ScreeningResult = Found & { readonly version: string; readonly options: SearchOptions }

/** The new version lacks more entries than an authority takes off a list at once. */
export class ListsShrankError extends Error {
  override readonly name = 'ListsShrankError'
}

export type ReplaceOptions = {
  /** The largest share of a list's entries that a new version may lack. By default 0.2; 1 allows everything. */
  readonly removedShareMax?: number
}

/** Searches one version. `threshold` is raised to the lowest that is supported. */
export function search(snapshot: Snapshot, subject: ScreeningSubject, given: SearchOptions): ScreeningResult {
  const options = { ...given, threshold: Math.max(thresholdMin, given.threshold) }
  return { ...searchIndex(snapshot.index, subject, options), version: snapshot.version.id, options }
}

/**
 * Holds the current version of the lists. A new one is read and indexed beside it, and replaces it in one step; if it
 * is not understood, the current one stays.
 */
export class Screening {
  #current: Snapshot | undefined

  get current(): Snapshot | undefined {
    return this.#current
  }

  /** Reads and indexes in steps of some milliseconds, between which searches go on. */
  *prepare(files: ListFiles): Generator<void, Snapshot> {
    const lists: { readonly of: ListOfVersion; readonly entities: readonly ListedEntity[] }[] = []
    if (files.ofac !== undefined) {
      const entities = readOfac(files.ofac)
      lists.push({ of: listOf('ofac', entities, [files.ofac.sdn, files.ofac.alt, files.ofac.add]), entities })
      yield
    }
    if (files.un !== undefined) {
      const { entities, publishedAt } = readUn(files.un)
      lists.push({ of: { ...listOf('un', entities, [files.un]), publishedAt }, entities })
      yield
    }
    for (const of of this.#current?.version.lists ?? []) {
      if (lists.some((list) => list.of.list === of.list)) continue
      lists.push({ of, entities: this.#current?.entities.filter(({ list }) => list === of.list) ?? [] })
    }
    lists.sort((one, other) => (one.of.list < other.of.list ? -1 : 1))
    const hashed = hashEntities(lists.flatMap(({ entities }) => entities))
    yield
    const index = yield* buildIndex(hashed.entities)
    const version = { id: versionId(hashed), entities: hashed.entities.length, lists: lists.map(({ of }) => of) }
    return { ...hashed, version, index }
  }

  /** Makes a prepared version the current one. Undefined: there was none before. */
  replace(next: Snapshot, { removedShareMax = 0.2 }: ReplaceOptions = {}): ListDelta | undefined {
    const before = this.#current
    const delta = before === undefined ? undefined : deltaBetween(before, next)
    for (const { list, entities } of before?.version.lists ?? []) {
      const removed = delta?.removed.filter((entity) => entity.list === list).length ?? 0
      if (removed > entities * removedShareMax) {
        throw new ListsShrankError(
          `${removed} of ${entities} entries of the list ${list} are missing in the new version`,
        )
      }
    }
    this.#current = next
    return delta
  }

  /** All steps at once: it takes a second or two for the whole lists. */
  load(files: ListFiles, options: ReplaceOptions = {}): ListDelta | undefined {
    const steps = this.prepare(files)
    let step = steps.next()
    while (step.done !== true) step = steps.next()
    return this.replace(step.value, options)
  }
}

function listOf(list: string, entities: readonly ListedEntity[], files: readonly ListFile[]): ListOfVersion {
  return {
    list,
    entities: entities.length,
    files: files.map(({ name, content }) => ({
      name,
      bytes: typeof content === 'string' ? Buffer.byteLength(content) : content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
  }
}
