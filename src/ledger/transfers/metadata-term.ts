import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { BoundedCache } from '#kernel'
import type { BookNumber, CommandGroup, Metadata } from '../commands.ts'

/** The owners of indexed metadata: transfers by position, accounts by number. */
export type MetadataOwner = 'transfer' | 'account'

/**
 * The key under which `ledger.metadata_terms` lists the owners of a metadata pair: the first 8 bytes of a SHA-256, as a
 * signed 64-bit integer. The parts are hashed as netstrings (length in UTF-8 bytes, colon, part, comma), so that no two
 * lists of parts read alike. Terms may collide, so a search by term must compare the metadata itself. Other modules
 * index their own things under other owners.
 */
export function metadataTerm(book: BookNumber, owner: string, key: string, value: string): bigint {
  const parts = `${netstring(String(book))}${netstring(owner)}${netstring(key)}${netstring(value)}`
  let term = terms.get(parts)
  if (term === undefined) {
    term = hash('sha256', parts, 'buffer').readBigInt64BE(0)
    terms.set(parts, term)
  }
  return term
}

/** Cached terms: of the pairs that clients send, a few repeat often. */
const terms = new BoundedCache<string, bigint>(2_000)

function netstring(part: string): string {
  return `${Buffer.byteLength(part)}:${part},`
}

export function transferTerms(book: BookNumber, metadata: Metadata): readonly bigint[] {
  const known = workedOut.get(metadata)
  if (known?.book === book) return known.terms
  const found: bigint[] = []
  for (const key in metadata) found.push(metadataTerm(book, 'transfer', key, metadata[key] ?? ''))
  return found
}

/**
 * Terms of the transfers of large groups, computed ahead. A batch is decided in one turn of the event loop, which is
 * too short for half a million hashes.
 */
const workedOut = new WeakMap<Metadata, { readonly book: BookNumber; readonly terms: readonly bigint[] }>()

/** Pairs whose terms are computed in one turn of the event loop: some milliseconds. */
const pairsPerTurn = 1_000

/** Whether a group's metadata has more pairs than fit into one turn of the event loop. */
export function hasManyPairs(group: CommandGroup): boolean {
  let pairs = 0
  for (const command of group.commands) {
    if (!('metadata' in command)) continue
    for (const _ in command.metadata) pairs += 1
    if (pairs > pairsPerTurn) return true
  }
  return false
}

/** Computes the terms of a group's transfers before it is decided, a bounded number in each turn of the event loop. */
export async function workOutTerms(group: CommandGroup): Promise<void> {
  let pairs = 0
  for (const command of group.commands) {
    const metadata = 'metadata' in command ? command.metadata : undefined
    if (metadata === undefined) continue
    const terms = transferTerms(command.book, metadata)
    workedOut.set(metadata, { book: command.book, terms })
    pairs += terms.length
    if (pairs < pairsPerTurn) continue
    pairs = 0
    await setImmediate()
  }
}
