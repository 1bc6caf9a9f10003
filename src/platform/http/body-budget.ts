/**
 * Bounds the memory that the bodies of requests take together, from their first byte until they have
 * been answered. What has arrived is counted, not what was announced: who says much and sends slowly
 * takes nothing from others. An owner (a key, or an address where no key is needed) may take more as
 * long as it has less than is free. So one owner gets at most half, two that ask for all they can get a
 * third each, and there is always room for the next.
 */
export type BodyBudget = {
  /** Takes bytes for an owner; false when the body has to come again later. */
  readonly take: (owner: string, bytes: number) => boolean
  /** Gives back what an owner took. */
  readonly release: (owner: string, bytes: number) => void
  /** Bytes taken now, of all owners. */
  readonly taken: () => number
}

/** Owners remembered that hold nothing now: an entry is not made and removed for every request. */
const idleOwnersMax = 10_000

export function createBodyBudget({ bytesMax }: { readonly bytesMax: number }): BodyBudget {
  const takenBy = new Map<string, number>()
  let taken = 0
  return {
    take: (owner, bytes) => {
      const own = (takenBy.get(owner) ?? 0) + bytes
      if (own > bytesMax - taken) return false
      takenBy.set(owner, own)
      taken += bytes
      return true
    },
    release: (owner, bytes) => {
      if (bytes === 0) return
      const left = (takenBy.get(owner) ?? 0) - bytes
      if (left === 0 && takenBy.size > idleOwnersMax) takenBy.delete(owner)
      else takenBy.set(owner, left)
      taken -= bytes
    },
    taken: () => taken,
  }
}
