import { hash } from 'node:crypto'

/** What tells one import from another; see {@link createLineIds}. */
export type ImportIdentity = {
  readonly kind: 'accounts' | 'transfers'
  /** Set by the user to book the same lines once more; empty otherwise. */
  readonly run: string
  readonly header: readonly string[]
  /** What decides which money moves: the asset and the templates of accounts and amounts. */
  readonly meaning: readonly string[]
}

/**
 * Gives every line of a file an id that is the same in every run: a UUIDv8 of the SHA-256 over the
 * kind of import, the run's name, the file's header, what the options make of a line, the number
 * of the line and its text. The file's name, place and length are not in it: a file that was moved,
 * renamed or added to keeps its ids, and a corrected line is a new one. Two files whose headers are
 * the same are told apart by their lines; equal lines of equal number are the same line.
 */
export function createLineIds(identity: ImportIdentity): (line: number, text: string) => string {
  const { kind, run, header, meaning } = identity
  const file = hash('sha256', JSON.stringify(['munim import 1', kind, run, header, meaning]), 'hex')
  return (line, text) => uuidOf(`${file} ${line} ${text}`)
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
