import type { Timestamp } from '#kernel'
import { micros, type Queryable } from '#platform/postgres'
import { type LaneName, laneNames } from '../lanes.ts'

export type OpenBreaker = {
  readonly kind: string
  readonly openedAt: Timestamp
  readonly retryAt: Timestamp
  readonly reason: string
}

export type LaneState = {
  readonly lane: LaneName
  readonly paused: boolean
  /** Due messages, and messages that wait for their time. */
  readonly ready: number
  readonly delayed: number
  readonly oldestMs: number
  /** Of the due messages, those that no topic of Kafka has yet, and the age of the oldest. */
  readonly outgoing: number
  readonly outgoingMs: number
  readonly deadLetters: number
  readonly workers: number
  readonly inFlight: number
  readonly perSecond: number
  /** Average of a process that always has work; 0 when no process has handled anything. */
  readonly truePerSecond: number
  readonly breakers: readonly OpenBreaker[]
}

export type CountedLane = LaneState & { readonly arrivalPerSecond: number }

/** The cost grows with the number of messages: call it a few times a minute at most. */
export async function readLaneStates(queryable: Queryable): Promise<LaneState[]> {
  const [counts, breakers] = await Promise.all([readCounts(queryable), readBreakers(queryable)])
  return laneNames.map((lane, number) => {
    const row = counts.find((each) => each.lane === number)
    return {
      lane,
      paused: row?.paused ?? false,
      ready: Number(row?.ready ?? 0),
      delayed: Number(row?.delayed ?? 0),
      oldestMs: Math.max(0, Number(row?.oldest_ms ?? 0)),
      outgoing: Number(row?.outgoing ?? 0),
      outgoingMs: Math.max(0, Number(row?.outgoing_ms ?? 0)),
      deadLetters: Number(row?.dead ?? 0),
      workers: Number(row?.workers ?? 0),
      inFlight: Number(row?.in_flight ?? 0),
      perSecond: row?.per_second ?? 0,
      truePerSecond: row?.true_per_second ?? 0,
      breakers: breakers.filter((each) => each.lane === number).map(({ lane: _lane, ...breaker }) => breaker),
    }
  })
}

type CountRow = {
  lane: number
  paused: boolean
  ready: bigint
  delayed: bigint
  oldest_ms: bigint
  outgoing: bigint
  outgoing_ms: bigint
  dead: bigint
  workers: bigint
  in_flight: bigint
  per_second: number
  true_per_second: number
}

async function readCounts(queryable: Queryable): Promise<CountRow[]> {
  return queryable.query<CountRow>({
    name: 'lanes-read-counts',
    text: `with ready as (
        select lane, count(*) as ready, min(due_at) as oldest from lanes.messages group by lane
      ), relaying as (
        select lane, count(*) as waiting, min(due_at) as oldest_waiting,
          count(*) filter (where id > sent) as outgoing, min(due_at) filter (where id > sent) as oldest_outgoing
        from lanes.outgoing join lanes.relayed using (lane) group by lane
      ), delayed as (
        select lane, count(*) as delayed from lanes.later group by lane
      ), dead as (
        select lane, count(*) as dead from lanes.dead_letters
        where replayed_at is null and discarded_at is null group by lane
      ), working as (
        select lane, count(*) as workers, sum(in_flight) as in_flight, sum(per_second) as per_second,
          coalesce(avg(true_per_second) filter (where true_per_second > 0), 0) as true_per_second
        from lanes.workers where seen_at > now() - interval '5 seconds' group by lane
      )
      select lane.number as lane, pauses.lane is not null as paused, delayed,
        (coalesce(ready, 0) + coalesce(waiting, 0))::bigint as ready,
        (extract(epoch from clock_timestamp() - least(oldest, oldest_waiting)) * 1000)::bigint as oldest_ms,
        outgoing, (extract(epoch from clock_timestamp() - oldest_outgoing) * 1000)::bigint as outgoing_ms,
        dead, workers, in_flight, per_second, true_per_second
      from generate_series(0, 3) as lane (number)
      left join ready on ready.lane = lane.number
      left join relaying on relaying.lane = lane.number
      left join delayed on delayed.lane = lane.number
      left join dead on dead.lane = lane.number
      left join working on working.lane = lane.number
      left join lanes.pauses on pauses.lane = lane.number`,
  })
}

async function readBreakers(queryable: Queryable): Promise<(OpenBreaker & { lane: number })[]> {
  const rows = await queryable.query<{
    lane: number
    kind: string
    opened_at: bigint
    retry_at: bigint
    reason: string
  }>({
    text: `select lane, kind, ${micros('opened_at')} as opened_at,
        ${micros('retry_at')} as retry_at, reason
      from lanes.breakers order by lane, kind`,
  })
  return rows.map(({ lane, kind, opened_at, retry_at, reason }) => ({
    lane,
    kind,
    openedAt: Number(opened_at),
    retryAt: Number(retry_at),
    reason,
  }))
}
