import type { Random } from '../../scripts/random.ts'

/** What earlier answers named, so that later requests meet things that exist. */
export type KnownValues = {
  /** Adds the ids and codes of an answer. */
  readonly learn: (answer: unknown, place: { readonly noun: string; readonly book: string }) => void
  /** Of the prefix, as `pay`. */
  readonly idOf: (prefix: string, random: Random) => string | undefined
  readonly codes: (noun: string) => readonly string[]
  readonly cursors: (operationId: string) => readonly string[]
  readonly learnCursor: (operationId: string, cursor: string) => void
  /** Clients choose ids of accounts and transfers, so a request may take one that another book has. */
  readonly seen: (value: unknown, book: string) => void
  /** Whether an answer to a caller of the book may not name it: it was seen in another book alone. */
  readonly isOfOtherBook: (id: string, book: string) => boolean
  /** Must not be changed or revoked: the run itself uses them. */
  readonly protect: (id: string) => void
}

export const idPattern = /^([a-z]+)_[0-7][0-9a-hjkmnp-tv-z]{25}$/
const keptOfEach = 60
/** Ids that belong to the whole installation, or that callers choose. */
const sharedPrefixes = new Set(['req', 'book', 'evt', 'lim'])

export function createKnownValues(): KnownValues {
  const ids = new Map<string, string[]>()
  const codes = new Map<string, string[]>()
  const cursors = new Map<string, string[]>()
  const booksOf = new Map<string, Set<string>>()
  const isProtected = new Set<string>()

  const keep = (values: Map<string, string[]>, { of, value }: { readonly of: string; readonly value: string }) => {
    const kept = values.get(of) ?? []
    values.set(of, kept)
    if (kept.includes(value)) return
    kept.push(value)
    // The first ones are those that the run has made, so they stay.
    if (kept.length > keptOfEach) kept.splice(10, 1)
  }
  const see = (id: string, book: string) => {
    if (sharedPrefixes.has(idPattern.exec(id)?.[1] ?? '')) return
    const books = booksOf.get(id) ?? new Set()
    booksOf.set(id, books.add(book))
  }
  const learn: KnownValues['learn'] = (answer, place) => {
    for (const [name, text] of textsIn(answer)) {
      const prefix = idPattern.exec(text)?.[1]
      if (prefix !== undefined && !isProtected.has(text)) keep(ids, { of: prefix, value: text })
      if (prefix !== undefined) see(text, place.book)
      if (name === 'code') keep(codes, { of: place.noun, value: text })
    }
  }
  return {
    learn,
    idOf: (prefix, random) => {
      const kept = ids.get(prefix) ?? []
      return kept.length === 0 ? undefined : random.pick(kept)
    },
    codes: (noun) => codes.get(noun) ?? [],
    cursors: (operationId) => cursors.get(operationId) ?? [],
    learnCursor: (operationId, cursor) => keep(cursors, { of: operationId, value: cursor }),
    seen: (value, book) => {
      for (const [, text] of textsIn(value)) if (idPattern.test(text)) see(text, book)
    },
    // The run's own callers act in both books, and the log of acts says so.
    isOfOtherBook: (id, book) => !isProtected.has(id) && booksOf.get(id)?.has(book) === false,
    protect: (id) => {
      isProtected.add(id)
      for (const kept of ids.values()) if (kept.includes(id)) kept.splice(kept.indexOf(id), 1)
    },
  }
}

/** Every text within an answer, with the name of its field. */
export function textsIn(value: unknown, name = ''): (readonly [name: string, text: string])[] {
  if (typeof value === 'string') return [[name, value]]
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, name))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => textsIn(part, key))
}
