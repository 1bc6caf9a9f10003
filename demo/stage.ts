import type { Munim } from '@munim/sdk'
import type { Tally } from './tally.ts'
import type { TradingDay } from './trading-day.ts'

export type Stage = {
  readonly munim: Munim
  readonly day: TradingDay
  readonly tally: Tally
  readonly say: (text: string) => void
}
