import type { BenchOptions } from './bench.ts'
import { measureBacktest, measureEngine } from './risk-engine.ts'
import { measureRules } from './risk-rules.ts'
import { benchScreening } from './risk-screening.ts'
import { measureThresholds } from './risk-thresholds.ts'
import { measureTypologies } from './risk-typologies.ts'
import { measureWindows } from './risk-windows.ts'

const cases: readonly { readonly name: string; readonly measure: (options: BenchOptions) => void | Promise<void> }[] = [
  { name: 'rules', measure: measureRules },
  { name: 'windows', measure: measureWindows },
  { name: 'engine', measure: measureEngine },
  { name: 'backtest', measure: measureBacktest },
  { name: 'thresholds', measure: measureThresholds },
  { name: 'typologies', measure: measureTypologies },
  { name: 'screening', measure: benchScreening },
]

/** The parts of the risk module, each by itself and in memory. `--only CASE` runs one of them. */
export async function run(options: BenchOptions): Promise<void> {
  const only = options.values.get('only')
  for (const { name, measure } of cases) if (only === undefined || only === name) await measure(options)
}
