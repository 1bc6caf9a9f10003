import { isUtf8 } from 'node:buffer'
import { UnreadableRequest } from './invalid-request.ts'

/** Levels of objects and arrays that a body may have. */
export const bodyDepthMax = 32

/**
 * Parses a JSON body. Throws {@link UnreadableRequest} for what must not get further: bytes that are not
 * UTF-8 (replacing them would change what the client said), nesting deeper than
 * {@link bodyDepthMax}, NUL characters and lone surrogates (PostgreSQL cannot store them), and the key
 * `__proto__`, which would change an object's prototype wherever it is copied.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new UnreadableRequest('malformed_text', 'The body is not UTF-8.')
  refuseDeepNesting(bytes)
  const text = bytes.toString()
  const value = parseJson(text)
  // NUL and surrogates can only be written as escapes: raw ones are neither JSON nor UTF-8.
  if (text.includes('\\u') || text.includes('__proto__')) refuseBadStrings(value)
  return value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    throw new UnreadableRequest('malformed_json', `The body is not JSON: ${printable(message.slice(0, 120))}.`)
  }
}

const quote = 0x22
const backslash = 0x5c

/** Counts brackets outside strings, before anything is allocated for them. */
function refuseDeepNesting(bytes: Buffer): void {
  let depth = 0
  let at = 0
  while (at < bytes.length) {
    const byte = bytes[at]
    if (byte === quote) {
      at = stringEnd(bytes, at)
    } else if (byte === 0x5b || byte === 0x7b) {
      depth += 1
      if (depth > bodyDepthMax) {
        throw new UnreadableRequest('body_too_deep', `The body has more than ${bodyDepthMax} levels.`)
      }
    } else if (byte === 0x5d || byte === 0x7d) {
      depth -= 1
    }
    at += 1
  }
}

/** Where the string that begins at `start` ends: the place of its closing quote, or the end of the text. */
function stringEnd(bytes: Buffer, start: number): number {
  let at = start + 1
  while (at < bytes.length) {
    const byte = bytes[at]
    if (byte === quote) return at
    at += byte === backslash ? 2 : 1
  }
  return at
}

/** Whether PostgreSQL can store the text and give it back unchanged. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** Visits every string of the value; the depth has been bounded before. */
function refuseBadStrings(value: unknown, path = ''): void {
  if (typeof value === 'string') {
    if (isStorable(value)) return
    throw new UnreadableRequest('malformed_text', 'A string holds a NUL character or half a surrogate pair.', path)
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__') {
      throw new UnreadableRequest('validation_failed', 'The field __proto__ is not allowed.', joinPath(path, key))
    }
    refuseBadStrings(key, path)
    refuseBadStrings(item, joinPath(path, key))
  }
}

function joinPath(path: string, key: string): string {
  const joined = path === '' ? key : `${path}.${key}`
  return joined.slice(0, 200)
}

/** A parser's message may quote the body; control characters and halves of surrogate pairs stay out. */
function printable(text: string): string {
  return text.toWellFormed().replaceAll(/\p{Cc}/gu, ' ')
}
