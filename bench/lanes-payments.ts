import type { OpenEngine } from '#lanes'
import { type BenchOptions, showProgress, summarize } from './bench.ts'
import { keepInFlight } from './payment-workload.ts'
import { type PaymentsPlace, withPayments } from './payments-place.ts'

type Measured = { readonly per_s: number; readonly p50_ms: number; readonly p99_ms: number; readonly max_ms: number }

export type PaymentsOfEngines = {
  readonly postgres: Measured
  readonly kafka: Measured
  /** Of the payments per second, in each round. */
  readonly ratios: readonly number[]
}

/** As many in flight as in `bench payments`. */
const [accounts, inFlight, warmSeconds] = [10_000, 2_048, 2]

/** Payments between wallets in this process, on both engines in turn; the medians of the rounds. */
export async function measurePaymentsOnBoth(
  options: BenchOptions,
  { kafka, rounds, seconds }: { readonly kafka: OpenEngine; readonly rounds: number; readonly seconds: number },
): Promise<PaymentsOfEngines> {
  const results: { readonly postgres: Measured; readonly kafka: Measured }[] = []
  await withPayments(options, { accounts }, (onPostgres) =>
    withPayments(options, { accounts, openEngine: kafka }, async (onKafka) => {
      for (const place of [onPostgres, onKafka]) await measure(place, warmSeconds)
      for (let round = 0; round < rounds; round += 1) {
        showProgress(`measuring: payments on both engines, round ${round + 1}`)
        results.push({ postgres: await measure(onPostgres, seconds), kafka: await measure(onKafka, seconds) })
      }
    }),
  )
  return {
    postgres: median(results.map(({ postgres }) => postgres)),
    kafka: median(results.map((result) => result.kafka)),
    ratios: results.map((result) => Math.round((result.kafka.per_s / result.postgres.per_s) * 100) / 100),
  }
}

async function measure({ payments, database }: PaymentsPlace, seconds: number): Promise<Measured> {
  const latencies: number[] = []
  await database.query({ text: 'checkpoint' })
  const begun = performance.now()
  await keepInFlight(payments, { accounts, from: 'wallet', inFlight, seconds, onEnd: (ms) => latencies.push(ms) })
  const { p50_ms, p99_ms, max_ms } = summarize(latencies)
  return { per_s: Math.round((latencies.length * 1000) / (performance.now() - begun)), p50_ms, p99_ms, max_ms }
}

function median(results: readonly Measured[]): Measured {
  const of = (name: keyof Measured) =>
    results.map((one) => one[name]).sort((one, other) => one - other)[Math.floor(results.length / 2)] ?? 0
  return { per_s: of('per_s'), p50_ms: of('p50_ms'), p99_ms: of('p99_ms'), max_ms: of('max_ms') }
}
