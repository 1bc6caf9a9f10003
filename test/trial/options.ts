import { parseArgs } from 'node:util'

export type TrialOptions = {
  readonly payments: number
  readonly seed: number
  readonly lanes: 'postgres' | 'kafka'
  readonly workers: number
  readonly apis: number
  /** How often something is killed, frozen or lost. */
  readonly disturbances: number
  /** One worker is frozen for this long. */
  readonly longFreezeMs: number
  /** The report is written here as well. */
  readonly out: string | undefined
  readonly json: boolean
}

const names = ['payments', 'seed', 'workers', 'apis', 'disturbances', 'long-freeze-ms'] as const

/** Throws with a sentence about the option that cannot be used. */
export function readTrialOptions(args: readonly string[]): TrialOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
      lanes: { type: 'string', default: 'kafka' },
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const given: Readonly<Record<string, unknown>> = values
  const number = (name: (typeof names)[number], otherwise: number) => {
    const text = given[name]
    if (text === undefined) return otherwise
    if (typeof text !== 'string' || !/^[1-9]\d{0,8}$/.test(text)) {
      throw new RangeError(`--${name} must be a positive whole number`)
    }
    return Number(text)
  }
  const { lanes, out, json } = values
  if (lanes !== 'kafka' && lanes !== 'postgres') throw new RangeError('--lanes must be kafka or postgres')
  const payments = number('payments', 10_000)
  return {
    payments,
    seed: number('seed', (Date.now() % 2_147_483_647) + 1),
    lanes,
    workers: number('workers', lanes === 'kafka' ? 4 : 2),
    apis: number('apis', 2),
    disturbances: number('disturbances', Math.min(200, Math.max(10, Math.round(payments / 250)))),
    longFreezeMs: number('long-freeze-ms', 60_000),
    out: typeof out === 'string' ? out : undefined,
    json: json === true,
  }
}
