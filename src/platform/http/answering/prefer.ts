/** The longest wait for an end: below the deadline of a handler. */
export const waitMaxSeconds = 20

const preference = /^\s*wait\s*=\s*(?:"([0-9]{1,9})"|([0-9]{1,9}))\s*(?:;.*)?$/i

/**
 * How many seconds the client prefers to wait for an answer, from the values of its Prefer headers (RFC 7240), at most
 * {@link waitMaxSeconds}. Of several the first counts. Unreadable and unknown preferences are ignored, as the RFC
 * requires. Undefined: the client does not wait.
 */
export function waitSecondsOf(prefer: string | readonly string[] | undefined): number | undefined {
  if (prefer === undefined) return undefined
  const lists = typeof prefer === 'string' ? [prefer] : prefer
  for (const part of lists.flatMap((list) => list.split(','))) {
    const [, quoted, plain] = preference.exec(part) ?? []
    const text = quoted ?? plain
    if (text !== undefined) return Math.min(Number(text), waitMaxSeconds)
  }
  return undefined
}
