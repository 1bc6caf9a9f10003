/**
 * Bounds the memory that large bodies take together. Bodies up to `smallBytes` are not counted: their
 * number is bounded by the connections. A large one reserves its declared length, or the most its
 * route allows when it declares none, until it has been answered.
 */
export type BodyBudget = {
  /** False when the body has to come again later. */
  readonly reserve: (bytes: number) => boolean
  readonly release: (bytes: number) => void
}

export function createBodyBudget({ smallBytes, bytesMax }: { smallBytes: number; bytesMax: number }): BodyBudget {
  let reserved = 0
  return {
    reserve: (bytes) => {
      if (bytes <= smallBytes) return true
      if (reserved > 0 && reserved + bytes > bytesMax) return false
      reserved += bytes
      return true
    },
    release: (bytes) => {
      if (bytes > smallBytes) reserved -= bytes
    },
  }
}
