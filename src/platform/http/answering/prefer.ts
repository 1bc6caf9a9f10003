/** Must stay below the deadline of a handler. */
export const waitMaxSeconds = 20

const preference = /^\s*wait\s*=\s*(?:"([0-9]{1,9})"|([0-9]{1,9}))\s*(?:;.*)?$/i

/** The first of several preferences counts. Unreadable and unknown ones are ignored, as RFC 7240 requires. */
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
