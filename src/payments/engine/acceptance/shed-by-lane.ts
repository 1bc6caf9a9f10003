import type { LaneName } from '#lanes'

/** The part of the waiting places that requests of a lane may fill, those of all lanes counted. */
const partOf: Readonly<Record<LaneName, number>> = { rollback: 1, instant: 1, standard: 1 / 2, bulk: 1 / 8 }

/** Whether a request of the lane is refused, so that those of higher lanes still have room. */
export function isShed(lane: LaneName, { waiting, max }: { readonly waiting: number; readonly max: number }): boolean {
  return waiting >= max * partOf[lane]
}
