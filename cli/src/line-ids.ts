import { hash } from 'node:crypto'
import { createOccurrences } from './occurrences.ts'

/** The parts that distinguish one import from another; see {@link createLineIds}. */
export type ImportIdentity = {
  readonly kind: 'accounts' | 'transfers'
  /** The user sets it to book the same lines again; otherwise empty. */
  readonly run: string
  readonly header: readonly string[]
  /** The options that decide which money moves: the templates of assets, accounts and amounts. */
  readonly meaning: readonly string[]
}

/**
 * Gives every line of a file an id that is the same in every run: a UUIDv8 of a SHA-256. The hash covers the kind of
 * import, the name of the run, the file's header, the `meaning`, the text of the line, and its number among the equal
 * lines of the file. Call the function once for each line, in the order of the file. The id depends neither on the
 * file's name nor on the line's position: it stays the same when other lines are added, removed or moved. A corrected
 * line is a new line; equal lines in two files are the same line.
 */
export function createLineIds(identity: ImportIdentity): (text: string) => string {
  const { kind, run, header, meaning } = identity
  const file = hash('sha256', JSON.stringify(['munim import 2', kind, run, header, meaning]), 'hex')
  const occurrenceOf = createOccurrences()
  return (text) => {
    const digest = hash('sha256', text, 'buffer')
    return uuidOf(`${file} ${digest.toString('hex')} ${occurrenceOf(digest)}`)
  }
}

/** An id derived from another id, such as that of the opening transfer of an imported account. */
export function derivedId(purpose: string, uuid: string): string {
  return uuidOf(`${purpose} ${uuid}`)
}

/** A UUIDv8 (RFC 9562): 122 bits of the digest, the version and the variant. 32 hexadecimal digits. */
function uuidOf(text: string): string {
  const digest = hash('sha256', text, 'hex')
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(16), 16) & 3)
  return `${digest.slice(0, 12)}8${digest.slice(13, 16)}${variant}${digest.slice(17, 32)}`
}
