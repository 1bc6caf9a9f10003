import { type BenchOptions, parseBenchArguments } from '../bench.ts'

export type RedlineOptions = {
  /** Payments a second of an ordinary day. */
  readonly normal: number
  /** Multiples of it, rising. The run ends at the first at which something breaks. */
  readonly steps: readonly number[]
  readonly secondsAStep: number
  readonly railLatencyMs: number
  readonly workers: number
  /** More settings of every process of Munim, such as those of another engine of the lanes. */
  readonly settings: readonly string[]
  readonly engine: string
  /** Where `redline.html` and `redline.json` are written. */
  readonly out: string
  readonly json: boolean
}

/** `--quick`: two steps of a few seconds, which a test can wait for. */
export function readRedlineOptions(given: readonly string[]): RedlineOptions {
  const isQuick = given.includes('--quick')
  const { values, json } = parseBenchArguments(given.filter((each) => each !== '--quick'))
  const read = numbersOf(values)
  const engine = values.get('engine') ?? 'postgres'
  const brokers = values.get('kafka-brokers')
  return {
    normal: read('normal', isQuick ? 5 : 40)[0] ?? 1,
    steps: read('steps', ...(isQuick ? [1, 10] : [1, 2, 5, 10, 15, 20, 30, 40, 60, 80])),
    secondsAStep: read('seconds', isQuick ? 4 : 20)[0] ?? 1,
    railLatencyMs: read('latency-ms', 50)[0] ?? 1,
    workers: read('workers', 1)[0] ?? 1,
    engine,
    settings: engine === 'postgres' ? [] : ['--lanes', engine, ...(brokers ? ['--kafka-brokers', brokers] : [])],
    out: values.get('out') ?? 'docs/operating/redline',
    json,
  }
}

function numbersOf(values: BenchOptions['values']) {
  return (name: string, ...otherwise: readonly number[]): readonly number[] => {
    const text = values.get(name)
    if (text === undefined) return otherwise
    const numbers = text.split(',').map(Number)
    if (numbers.every((one) => Number.isFinite(one) && one > 0)) return numbers
    process.stderr.write(`--${name} must be a positive number, or several with commas\n`)
    process.exit(2)
  }
}
