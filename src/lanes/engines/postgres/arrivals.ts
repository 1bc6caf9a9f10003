import { type BurstAnswer, type BurstStep, plainArray } from '#platform/postgres'
import { laneNames } from '../../lanes.ts'
import type { FoundTenant } from '../taken-message.ts'

/** Messages with ids above `after`, up to `until`. */
export type Stretch = { readonly after: bigint; readonly until: bigint }

/** Of each stretch, so that one look stays short. */
const arrivalsMax = 1_024
/** Ids are given before the commit, so a message may become visible after others with higher ids. */
const lookBackMs = 500
const endOfIds = 9_223_372_036_854_775_807n

/** The highest id given so far. What is there already is found otherwise. */
export const lastIdStep: BurstStep = {
  name: 'lanes-last-id',
  text: 'select last_value from lanes.message_ids',
}

/** Finds the newest messages of vendors in each stretch: of `rollback` when `urgent`, otherwise of the other lanes. */
export function findArrivalsStep(
  stretches: readonly Stretch[],
  { urgent, max = arrivalsMax }: { readonly urgent: boolean; readonly max?: number },
): BurstStep {
  return {
    name: urgent ? 'lanes-find-urgent-arrivals' : 'lanes-find-arrivals',
    text: `select stretch.number, arrived.id, arrived.lane, arrived.kind, arrived.tenant,
        (select book_id from lanes.vendors where number = arrived.tenant)
      from unnest($1::bigint[], $2::bigint[]) with ordinality as stretch (after, until, number)
      cross join lateral (
        select id, lane, kind, tenant from lanes.messages
        where tenant > 0 and ${urgent ? 'lane = 0' : 'lane > 0'} and id > stretch.after and id <= stretch.until
        order by id desc limit $3
      ) arrived`,
    values: [
      plainArray(stretches.map(({ after }) => after)),
      plainArray(stretches.map(({ until }) => until)),
      String(max),
    ],
  }
}

/**
 * Where to look for the newest work of vendors: at what is newer than the last look, and at one of the gaps that looks
 * left when they were cut off. So a message is found at once even behind a flood, and a flood costs little per look.
 */
export class Arrivals {
  readonly #max: number
  /** The highest ids known at a time, oldest first. */
  #known: { readonly id: bigint; readonly atMs: number }[]
  readonly #gaps: Stretch[] = []

  constructor(lastId: bigint, { nowMs, max = arrivalsMax }: { readonly nowMs: number; readonly max?: number }) {
    this.#known = [{ id: lastId, atMs: nowMs }]
    this.#max = max
  }

  stretches(nowMs: number): Stretch[] {
    const settled = this.#known.findLastIndex(({ atMs }) => atMs <= nowMs - lookBackMs)
    if (settled > 0) this.#known.splice(0, settled)
    return [{ after: this.#known[0]?.id ?? 0n, until: endOfIds }, ...this.#gaps.slice(0, 1)]
  }

  /** The tenants in the answer to {@link findArrivalsStep} for `stretches`. */
  found(answer: BurstAnswer | undefined, [newest, gap]: readonly Stretch[], nowMs: number): FoundTenant[] {
    const tenants = new Map<string, FoundTenant>()
    const read = [noneRead(), noneRead()] as const
    for (const [place, id, lane, kind, tenant, book] of answer?.rows ?? []) {
      noteRead(place === '1' ? read[0] : read[1], BigInt(id ?? 0))
      const name = { lane: laneNames[Number(lane)] ?? 'bulk', kind: kind ?? '' }
      tenants.set(`${lane} ${kind} ${tenant}`, { ...name, tenant: Number(tenant), book: Number(book ?? 0) })
    }
    const [ofNewest, ofGap] = read
    if (gap !== undefined) this.#gaps.shift()
    if (gap !== undefined && ofGap.count >= this.#max) this.#gaps.unshift({ ...gap, until: ofGap.lowest - 1n })
    const before = this.#known.at(-1)?.id ?? 0n
    const last = { id: ofNewest.highest > before ? ofNewest.highest : before, atMs: nowMs }
    if (newest === undefined || ofNewest.count < this.#max) this.#known.push(last)
    else {
      // What becomes visible late among so many is found by the poller in its cycle, and so is a gap too many.
      this.#known = [last]
      if (this.#gaps.length < gapsMax) this.#gaps.push({ ...newest, until: ofNewest.lowest - 1n })
    }
    return [...tenants.values()]
  }
}

const gapsMax = 16

type Read = { count: number; lowest: bigint; highest: bigint }

const noneRead = (): Read => ({ count: 0, lowest: endOfIds, highest: 0n })

function noteRead(read: Read, id: bigint): void {
  read.count += 1
  if (id < read.lowest) read.lowest = id
  if (id > read.highest) read.highest = id
}
