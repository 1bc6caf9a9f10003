import type { BenchOptions } from './bench.ts'
import { measureRules } from './risk-rules.ts'
import { measureThresholds } from './risk-thresholds.ts'
import { measureTypologies } from './risk-typologies.ts'
import { measureWindows } from './risk-windows.ts'

const cases: readonly { readonly name: string; readonly measure: (options: BenchOptions) => void | Promise<void> }[] = [
  { name: 'rules', measure: measureRules },
  { name: 'windows', measure: measureWindows },
  { name: 'thresholds', measure: measureThresholds },
  { name: 'typologies', measure: measureTypologies },
]
}
