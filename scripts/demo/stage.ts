import type { Munim } from '@munim/sdk'
import type { Tally } from './tally.ts'
import type { TradingDay } from './trading-day.ts'

/** A client that acts in the book of the day, the plan, the tally, and the output. */
export type Stage = {
  readonly munim: Munim
  readonly day: TradingDay
  readonly tally: Tally
  readonly say: (text: string) => void
}
