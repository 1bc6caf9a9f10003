import { amountText } from '#kernel'
import { basis, excessOf, type Finder, microsPerSecond, totalOf, transfersSeenMax } from './finder.ts'
import { fullestWindow } from './fullest-window.ts'
import type { RoundAmountsPattern } from './pattern.ts'
import type { StoredTransfer } from './stored-transfer.ts'
import { countText, durationText } from './texts.ts'

/** Finds accounts of which most transfers on one side are multiples of a large unit. */
export function roundAmountsFinder(pattern: RoundAmountsPattern): Finder {
  const unit = BigInt(pattern.unit)
  const withinMicros = pattern.withinSeconds * microsPerSecond
  const isRound = ({ amount }: StoredTransfer) => amount >= unit && amount % unit === 0n

  return {
    pattern,
    find: ({ graph, transfer, counts }) => {
      if (!isRound(transfer)) return []
      const flows = graph.account(transfer, transfer[pattern.side])
      if (flows === undefined) return []
      const side = pattern.side === 'source' ? flows.out : flows.in
      const span = { from: transfer.at - withinMicros, to: transfer.at + withinMicros }
      if (side.countBetween(span) < pattern.countMin) return []
      const seen = side.between(span, transfersSeenMax)
      if (seen.length === transfersSeenMax) counts.cutSearches += 1
      const candidates = seen.filter(isRound)
      if (candidates.length < pattern.countMin) return []
      const window = fullestWindow({ candidates, transfer, withinMicros, measure: ({ length }) => length })
      const [first, last] = [window[0], window.at(-1)]
      if (first === undefined || last === undefined || window.length < pattern.countMin) return []
      const all = seen.filter(({ at }) => at >= first.at && at <= last.at).length
      if (window.length * basis < all * pattern.shareMinBps) return []
      const { account, asset } = flows
      const verb = pattern.side === 'source' ? 'paid' : 'got'
      return [
        {
          key: account,
          subjects: [account],
          transfers: window,
          excess: excessOf({ found: window.length, least: pattern.countMin }),
          facts: { transfers: window.length, of: all, unit: pattern.unit },
          explanation: `${account} ${verb} ${countText(window.length, 'multiple')} of ${amountText(unit, asset)} among ${countText(all, 'transfer')} within ${durationText(last.at - first.at)}, in all ${amountText(totalOf(window), asset)}.`,
        },
      ]
    },
  }
}
