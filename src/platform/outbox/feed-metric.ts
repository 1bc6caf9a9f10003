import type { Queryable } from '../postgres/index.ts'
import type { Metric } from '../telemetry/index.ts'

/** Of events that are committed and have no position yet, which readers of the feed wait for. */
export function feedMetric(on: Queryable): Metric {
  return {
    name: 'munim_feed_lag_seconds',
    help: 'Age of the oldest event that waits for its position in the feed: how far the sequencer lags.',
    labels: [],
    read: async () => {
      const [oldest] = await on.query<{ seconds: number }>({ text: oldestText })
      return [[{}, Math.max(0, oldest?.seconds ?? 0)]]
    },
  }
}

/** In the order of the index of waiting rows. */
const oldestText = `
  select extract(epoch from clock_timestamp() - o.recorded_at)::float8 as seconds
  from platform.outbox o
  where o.first_position is null
  order by o.transaction, o.id & 1099511627775
  limit 1`
