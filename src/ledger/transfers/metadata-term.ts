import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { BoundedCache } from '#kernel'
import type { BookNumber, CommandGroup, Metadata } from '../commands.ts'

/** Transfers by position, accounts by number. */
export type MetadataOwner = 'transfer' | 'account'

/**
 * The first 8 bytes of a SHA-256, as a signed 64-bit integer. Parts are hashed as netstrings (length in UTF-8 bytes,
 * colon, part, comma), so no two lists of parts hash the same text. Terms may collide, so a search must also compare
 * metadata. Other modules may use other owners.
 */
export function metadataTerm(
  book: BookNumber,
  owner: string,
  [key, value]: readonly [key: string, value: string],
): bigint {
  return termOf(`${ownerParts(book, owner)}${netstring(key)}${netstring(value)}`)
}

function termOf(parts: string): bigint {
  let term = terms.get(parts)
  if (term === undefined) {
    term = hash('sha256', parts, 'buffer').readBigInt64BE(0)
    terms.set(parts, term)
  }
  return term
}

/** Of the pairs that clients send, a few repeat often. */
const terms = new BoundedCache<string, bigint>(2_000)

function ownerParts(book: BookNumber, owner: string): string {
  return `${netstring(String(book))}${netstring(owner)}`
}

function netstring(part: string): string {
  return `${Buffer.byteLength(part)}:${part},`
}

export function transferTerms(book: BookNumber, metadata: Metadata): readonly bigint[] {
  const known = workedOut.get(metadata)
  if (known?.book === book) return known.terms
  const found: bigint[] = []
  const owner = ownerParts(book, 'transfer')
  for (const key in metadata) found.push(termOf(`${owner}${netstring(key)}${netstring(metadata[key] ?? '')}`))
  return found
}

/** Terms computed ahead: a batch is decided in one turn of the event loop, too short for half a million hashes. */
const workedOut = new WeakMap<Metadata, { readonly book: BookNumber; readonly terms: readonly bigint[] }>()

const pairsPerTurn = 1_000

export function hasManyPairs(group: CommandGroup): boolean {
  let pairs = 0
  for (const command of group.commands) {
    if (!('metadata' in command)) continue
    for (const _ in command.metadata) pairs += 1
    if (pairs > pairsPerTurn) return true
  }
  return false
}

/** Call it before a large group is decided. Computes a bounded number of terms per turn of the event loop. */
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
