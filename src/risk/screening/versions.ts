import { createHash } from 'node:crypto'
import type { ListedEntity } from './entity.ts'

/** What was loaded, to be stored with every result. JSON. */
export type ListVersion = {
  /** Of the content: the same entries are the same version, whenever they were downloaded. */
  readonly id: string
  readonly entities: number
  readonly lists: readonly ListOfVersion[]
}

export type ListOfVersion = {
  readonly list: string
  readonly entities: number
  /** What the list says about itself. */
  readonly publishedAt?: string
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[]
}

export type ListDelta = {
  readonly from: string
  readonly to: string
  readonly added: readonly ListedEntity[]
  readonly changed: readonly { readonly before: ListedEntity; readonly after: ListedEntity }[]
  readonly removed: readonly ListedEntity[]
}

/** Entities with the hash of each, which is 22 letters. */
export type HashedEntities = {
  readonly entities: readonly ListedEntity[]
  readonly hashes: ReadonlyMap<string, string>
}

export function contentHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)
}

export function hashEntities(entities: readonly ListedEntity[]): HashedEntities {
  return { entities, hashes: new Map(entities.map((entity) => [entity.id, contentHash(entity)])) }
}

export function versionId({ hashes }: HashedEntities): string {
  const hash = createHash('sha256')
  for (const [id, content] of [...hashes].sort(([one], [other]) => (one < other ? -1 : 1)))
    hash.update(`${id} ${content}\n`)
  return hash.digest('hex').slice(0, 32)
}

type Versioned = HashedEntities & { readonly version: { readonly id: string } }

export function deltaBetween(before: Versioned, after: Versioned): ListDelta {
  const changedBefore = new Map(
    before.entities
      .filter(({ id }) => after.hashes.get(id) !== before.hashes.get(id))
      .map((entity) => [entity.id, entity]),
  )
  const fresh = after.entities.filter(({ id }) => after.hashes.get(id) !== before.hashes.get(id))
  const changed = fresh.flatMap((entity) => {
    const old = changedBefore.get(entity.id)
    return old === undefined ? [] : [{ before: old, after: entity }]
  })
  return {
    from: before.version.id,
    to: after.version.id,
    added: fresh.filter(({ id }) => !changedBefore.has(id)),
    changed,
    removed: [...changedBefore.values()].filter(({ id }) => !after.hashes.has(id)),
  }
}
