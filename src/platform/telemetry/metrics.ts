import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Database } from '../postgres/index.ts'
import { createLatest, withinMs } from '../time/index.ts'
import { traceCounts } from '../tracing/index.ts'

export type MetricsRegistry = Registry

/** Gauges with the name of a counter, which promtool refuses. The gauges without `_total` say the same by type. */
const misnamed = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`)

export function createMetricsRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(name)
  registerMetrics(registry, [
    {
      name: 'munim_trace_spans_total',
      help: 'Spans of traces, by whether the collector took them; none without tracing.',
      labels: ['result'],
      read: () => Object.entries(traceCounts()).map(([result, count]) => [{ result }, count] as const),
    },
  ])
  return registry
}

export function registerPoolMetrics(registry: Registry, database: Pick<Database, 'poolState'>): void {
  new Gauge({
    name: 'munim_database_connections',
    help: 'Connections of the pool: total, idle, and callers waiting for one.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const [state, count] of Object.entries(database.poolState())) this.set({ state }, count)
    },
  })
}

type LabeledValue = readonly [labels: Readonly<Record<string, string>>, value: number]

type LabeledValues = readonly LabeledValue[]

/** A metric of a module. A name that ends in `_total` is a counter, every other one a gauge. */
export type Metric = { readonly name: string; readonly help: string } & (
  | { readonly labels?: undefined; readonly read: () => number }
  | { readonly labels: readonly string[]; readonly read: () => LabeledValues | Promise<LabeledValues> }
)

/** A slower metric is left out of the scrape. The others matter most while the database does not answer. */
const patienceMs = 2_000
const nothing: LabeledValues = []

/** Registers metrics that are read at every scrape. A labeled metric that fails or takes too long is left out. */
export function registerMetrics(registry: Registry, metrics: readonly Metric[]): void {
  for (const metric of metrics) {
    const { name, help, labels = [] } = metric
    const common = { name, help, labelNames: labels, registers: [registry] }
    const readAll = readerOf(metric)
    const collect = async (collector: Counter | Gauge) => {
      const values = await readAll()
      collector.reset()
      for (const [at, value] of values) collector.inc(at, value)
    }
    const Kind = name.endsWith('_total') ? Counter : Gauge
    new Kind({
      ...common,
      collect() {
        return collect(this)
      },
    })
  }
}

function readerOf(metric: Metric): () => Promise<LabeledValues> {
  if (metric.labels === undefined) return async () => [[{}, metric.read()]]
  const latest = createLatest(async () => Promise.resolve(metric.read()).catch(() => nothing), 0)
  return () => withinMs(latest(), patienceMs, nothing)
}
