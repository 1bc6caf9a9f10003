import type { Uuid } from '#kernel'
import type { Queryable } from '#platform/postgres'
import type { Underway } from '../engines/engine.ts'
import { laneNumber } from '../engines/enqueue.ts'
import type { LaneName } from '../lanes.ts'

export type WorkerReport = {
  readonly lane: LaneName
  readonly inFlight: number
  readonly done: number
  readonly perSecond: number
  readonly truePerSecond: number
  readonly underway: Underway
}

/** Also deletes the reports of processes that have been silent for a minute. */
export async function reportWorker(queryable: Queryable, id: Uuid, reports: readonly WorkerReport[]): Promise<void> {
  await queryable.query({
    name: 'lanes-report-worker',
    text: `with gone as (
        delete from lanes.workers where seen_at < now() - interval '1 minute' and id <> $1
      )
      insert into lanes.workers (id, lane, in_flight, done, per_second, true_per_second, underway, oldest_ms)
      select $1::uuid, lane, in_flight, done, per_second, true_per_second, underway, oldest_ms
      from unnest($2::smallint[], $3::integer[], $4::bigint[], $5::float8[], $6::float8[], $7::bigint[], $8::bigint[])
        as report (lane, in_flight, done, per_second, true_per_second, underway, oldest_ms)
      on conflict (id, lane) do update set in_flight = excluded.in_flight, done = excluded.done,
        per_second = excluded.per_second, true_per_second = excluded.true_per_second, underway = excluded.underway,
        oldest_ms = excluded.oldest_ms, seen_at = now()`,
    values: [
      id,
      reports.map(({ lane }) => laneNumber(lane)),
      reports.map(({ inFlight }) => inFlight),
      reports.map(({ done }) => done),
      reports.map(({ perSecond }) => perSecond),
      reports.map(({ truePerSecond }) => truePerSecond),
      reports.map(({ underway }) => underway.messages),
      reports.map(({ underway }) => Math.round(underway.oldestMs)),
    ],
  })
}

export async function forgetWorker(queryable: Queryable, id: Uuid): Promise<void> {
  await queryable.query({ text: 'delete from lanes.workers where id = $1', values: [id] })
}
