import type { Queryable } from '#platform/postgres'
import { laneNumber } from '../engines/enqueue.ts'
import type { QueueName } from '../engines/taken-message.ts'
import { type LaneName, laneNames } from '../lanes.ts'

export type Controls = {
  readonly paused: ReadonlySet<LaneName>
  readonly open: readonly QueueName[]
}

export async function readControls(queryable: Queryable): Promise<Controls> {
  const rows = await queryable.query<{ what: string; number: number; kind: string }>({
    name: 'lanes-read-controls',
    text: `select 'paused' as what, lane as number, '' as kind from lanes.pauses
      union all select 'open', lane, kind from lanes.breakers`,
  })
  const of = (what: string) => rows.filter((row) => row.what === what)
  return {
    paused: new Set(of('paused').map(({ number }) => laneNames[number] ?? 'bulk')),
    open: of('open').map(({ number, kind }) => ({ lane: laneNames[number] ?? 'bulk', kind })),
  }
}

export async function openBreaker(
  queryable: Queryable,
  { lane, kind }: QueueName,
  options: { readonly reason: string; readonly delayMs: number },
): Promise<void> {
  await queryable.query({
    text: `insert into lanes.breakers (lane, kind, retry_at, reason)
      values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond', $4) on conflict do nothing`,
    values: [laneNumber(lane), kind, options.delayMs, options.reason],
  })
}

/**
 * One process at a time gets the lease of the probe (`mine`), and only after the delay since the last one. `gone`: the
 * breaker was closed. A stored delay longer than the longest possible one predates a clock set back, and is ignored.
 */
export async function takeProbeLease(
  queryable: Queryable,
  { lane, kind }: QueueName,
  delayMs: (probes: number) => number,
): Promise<'mine' | 'not-now' | 'gone'> {
  const rows = await queryable.query<{ probes: number; left: number }>({
    text: `select probes, extract(epoch from retry_at - clock_timestamp())::float8 * 1000 as left
      from lanes.breakers where lane = $1 and kind = $2`,
    values: [laneNumber(lane), kind],
  })
  const row = rows[0]
  if (row === undefined) return 'gone'
  if (row.left > 0 && row.left <= delayMs(row.probes)) return 'not-now'
  const taken = await queryable.query({
    text: `update lanes.breakers
      set probes = probes + 1, retry_at = clock_timestamp() + $4 * interval '1 millisecond'
      where lane = $1 and kind = $2 and probes = $3 returning probes`,
    values: [laneNumber(lane), kind, row.probes, delayMs(row.probes + 1)],
  })
  return taken.length > 0 ? 'mine' : 'not-now'
}

export async function closeBreaker(queryable: Queryable, { lane, kind }: QueueName): Promise<void> {
  await queryable.query({
    text: 'delete from lanes.breakers where lane = $1 and kind = $2',
    values: [laneNumber(lane), kind],
  })
}

export async function insertPause(queryable: Queryable, lane: LaneName, by: string): Promise<boolean> {
  const rows = await queryable.query({
    text: 'insert into lanes.pauses (lane, paused_by) values ($1, $2) on conflict do nothing returning lane',
    values: [laneNumber(lane), by],
  })
  return rows.length > 0
}

export async function deletePause(queryable: Queryable, lane: LaneName): Promise<boolean> {
  const rows = await queryable.query({
    text: 'delete from lanes.pauses where lane = $1 returning lane',
    values: [laneNumber(lane)],
  })
  return rows.length > 0
}
