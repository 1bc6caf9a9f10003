import { hash } from 'node:crypto'
import { createOccurrences } from './occurrences.ts'

export type ImportIdentity = {
  readonly kind: 'accounts' | 'transfers'
  /** Set by the user to book the same lines again; otherwise empty. */
  readonly run: string
  readonly header: readonly string[]
  /** The options that decide which money moves: the templates of assets, accounts and amounts. */
  readonly meaning: readonly string[]
}

/**
 * Derives an id for each line that is the same in every run. It covers the identity, the line's text, and its number
 * among equal lines: call the function once per line, in file order. The id depends neither on the file's name nor on
 * the line's position. A corrected line is a new line; equal lines in two files are the same line.
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

export function derivedId({ purpose, uuid }: { readonly purpose: string; readonly uuid: string }): string {
  return uuidOf(`${purpose} ${uuid}`)
}

/** A UUIDv8 (RFC 9562) without hyphens: 122 bits of the digest, the version and the variant. */
function uuidOf(text: string): string {
  const digest = hash('sha256', text, 'hex')
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(16), 16) & 3)
  return `${digest.slice(0, 12)}8${digest.slice(13, 16)}${variant}${digest.slice(17, 32)}`
}
