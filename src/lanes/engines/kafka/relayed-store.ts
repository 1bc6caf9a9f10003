import { type BurstStep, plainArray, type Queryable } from '#platform/postgres'
import { type LaneName, laneNames } from '../../lanes.ts'
import { laneNumber } from '../enqueue.ts'

/** No message at or below the floor is unsent, and none can be committed there any more. `sent`: the highest sent. */
export type Relayed = { readonly floor: bigint; readonly sent: bigint }

/** `waiting`: messages at or below the floor, counted up to the most. They were sent, and are not handled. */
export async function readRelayed(
  on: Queryable,
  mostCounted: number,
): Promise<Map<LaneName, Relayed & { readonly waiting: number }>> {
  const rows = await on.query<{ lane: number; floor: bigint; sent: bigint; waiting: bigint }>({
    text: `select lane, floor, sent, (
        select count(*) from (
          select from lanes.outgoing waiting where waiting.lane = relayed.lane and id <= floor limit $1
        ) few
      ) as waiting from lanes.relayed`,
    values: [mostCounted],
  })
  return new Map(
    rows.flatMap(({ lane, floor, sent, waiting }) => {
      const name = laneNames[lane]
      return name === undefined ? [] : [[name, { floor, sent, waiting: Number(waiting) }]]
    }),
  )
}

export function noteRelayedStep(relayed: ReadonlyMap<LaneName, Relayed>): BurstStep {
  const all = [...relayed]
  return {
    name: 'lanes-note-relayed',
    text: `update lanes.relayed known set floor = given.floor, sent = given.sent
      from unnest($1::smallint[], $2::bigint[], $3::bigint[]) as given (lane, floor, sent)
      where known.lane = given.lane`,
    values: [
      plainArray(all.map(([lane]) => laneNumber(lane))),
      plainArray(all.map(([, { floor }]) => floor)),
      plainArray(all.map(([, { sent }]) => sent)),
    ],
  }
}

/** Those of the ids whose messages still wait. */
export async function stillWaiting(on: Queryable, lane: LaneName, ids: ReadonlySet<bigint>): Promise<Set<bigint>> {
  const rows = await on.query<{ id: bigint }>({
    text: 'select id from lanes.outgoing where lane = $1 and id >= $2 order by lane, id',
    values: [laneNumber(lane), [...ids].reduce((least, id) => (id < least ? id : least))],
  })
  return new Set(rows.flatMap(({ id }) => (ids.has(id) ? [id] : [])))
}

/** Of messages at or below a mark: those that wait, and the records that members of the group still have before them. */
export type Unhandled = {
  readonly lane: LaneName
  readonly waiting: number
  readonly underway: number
  readonly isPaused: boolean
}

/** More are not counted: with so many records underway, nobody can say whether one is missing. */
const countedMost = 50_000

export async function readUnhandled(on: Queryable, marks: ReadonlyMap<LaneName, bigint>): Promise<Unhandled[]> {
  const rows = await on.query<{ lane: number; waiting: bigint; underway: bigint; isPaused: boolean }>({
    text: `select given.lane, coalesce(underway, 0)::bigint as underway, (
        select count(*) from (
          select from lanes.outgoing waiting where waiting.lane = given.lane and id <= mark
          limit least(coalesce(underway, 0), $3) + 1
        ) few
      ) as waiting, exists (select from lanes.pauses paused where paused.lane = given.lane) as "isPaused"
      from unnest($1::smallint[], $2::bigint[]) as given (lane, mark)
      left join (
        select lane, sum(underway) as underway from lanes.workers where seen_at > now() - interval '5 seconds' group by lane
      ) reported on reported.lane = given.lane`,
    values: [[...marks.keys()].map(laneNumber), [...marks.values()], countedMost],
  })
  return rows.map(({ lane, waiting, underway, isPaused }) => ({
    isPaused,
    lane: laneNames[lane] ?? 'bulk',
    waiting: Number(waiting),
    underway: Number(underway),
  }))
}
