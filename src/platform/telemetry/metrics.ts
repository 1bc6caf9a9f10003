import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Database } from '../postgres/index.ts'
import { createLatest, withinMs } from '../time/index.ts'

/** Makes a registry with the metrics of the process; modules register their own in it. */
export function createMetricsRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/** Registers the state of the connection pool: `munim_database_connections` by state. */
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

/** A figure that a module keeps, read whenever the metrics are asked for. */
export type Metric = { readonly name: string; readonly help: string; readonly read: () => number }

/** Metrics of one name by the values of a label, read from wherever they are kept whenever the metrics are asked for. */
export type LabeledMetrics = {
  readonly name: string
  readonly help: string
  readonly label: string
  readonly read: () => Promise<ReadonlyMap<string, number>>
}

/** What cannot be read in this time is left out: a database that is silent is when the other metrics are needed. */
const patienceMs = 2_000
const nothing: ReadonlyMap<string, number> = new Map()

/**
 * Registers metrics by label as gauges. What cannot be read, as the database is away or silent, is left out of
 * the answer, and is not asked for again while it has not been answered.
 */
export function registerLabeledMetrics(registry: Registry, metrics: readonly LabeledMetrics[]): void {
  for (const { name, help, label, read } of metrics) {
    const latest = createLatest(() => read().catch(() => nothing), 0)
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      async collect() {
        this.reset()
        const values = await withinMs(latest(), patienceMs, nothing)
        for (const [value, figure] of values) this.set({ [label]: value }, figure)
      },
    })
  }
}

/** Registers metrics of modules as gauges; those whose names end in `_total` only ever grow. */
export function registerMetrics(registry: Registry, metrics: readonly Metric[]): void {
  for (const { name, help, read } of metrics) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  }
}
