import anyAscii from 'any-ascii'

/** Every script in ASCII letters, sign by sign and without context. ASCII stays; what is unknown is dropped. */
export function toAscii(text: string): string {
  return anyAscii(text)
}
