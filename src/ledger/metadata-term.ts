import { hash } from 'node:crypto'
import { BoundedCache } from '#kernel'
import type { BookNumber } from './commands.ts'

/** The kinds of things of the ledger whose metadata is indexed: transfers by position, accounts by number. */
export type MetadataOwner = 'transfer' | 'account'

/**
 * The key under which `ledger.metadata_terms` lists the things that carry a metadata pair: the first
 * 8 bytes of a SHA-256, as a signed 64-bit integer. The parts are hashed as netstrings (length in
 * UTF-8 bytes, colon, part, comma), so that no two lists of parts read alike. Terms may collide;
 * whoever finds something by its term compares the metadata itself. Other modules index what is
 * theirs under owners of their own.
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

/** Terms as worked out before: of the pairs that clients send, a few come again and again. */
const terms = new BoundedCache<string, bigint>(2_000)

function netstring(part: string): string {
  return `${Buffer.byteLength(part)}:${part},`
}
