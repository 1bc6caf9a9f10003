import { hash } from 'node:crypto'
import { createOccurrences } from './occurrences.ts'

/** What tells one import from another; see {@link createLineIds}. */
export type ImportIdentity = {
  readonly kind: 'accounts' | 'transfers'
  /** Set by the user to book the same lines once more; empty otherwise. */
  readonly run: string
  readonly header: readonly string[]
  /** What decides which money moves: the templates of assets, accounts and amounts. */
  readonly meaning: readonly string[]
}

/**
 * Gives every line of a file an id that is the same in every run: a UUIDv8 of the SHA-256 over the kind
 * of import, the run's name, the file's header, what the options make of a line, the line's text, and
 * which of the equal lines of the file it is. Call it once for each line, in the order of the file.
 * Neither the file's name nor a line's place is in it: a line keeps its id when others come, go or
 * change places around it. A corrected line is a new one; equal texts in two files are the same line.
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

/** The id of what follows from another id, such as the opening transfer of an imported account. */
export function derivedId(purpose: string, uuid: string): string {
  return uuidOf(`${purpose} ${uuid}`)
}

/** A UUIDv8 (RFC 9562): 122 bits of the digest, the version and the variant. 32 hexadecimal digits. */
function uuidOf(text: string): string {
  const digest = hash('sha256', text, 'hex')
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(16), 16) & 3)
  return `${digest.slice(0, 12)}8${digest.slice(13, 16)}${variant}${digest.slice(17, 32)}`
}
