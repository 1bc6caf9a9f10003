import { amountText } from '#kernel'
import type { AccountFlows } from './account-flows.ts'
import { basis, excessOf, type Finder, type Match, microsPerSecond, totalOf, transfersSeenMax } from './finder.ts'
import { fullestWindow } from './fullest-window.ts'
import type { StructuringPattern } from './pattern.ts'
import type { StoredTransfer } from './stored-transfer.ts'
import { countText, durationText } from './texts.ts'

/** Finds transfers just under a limit that together pass it, on one side of an account. */
export function structuringFinder(pattern: StructuringPattern): Finder {
  const limit = BigInt(pattern.limit)
  const least = (limit * BigInt(basis - pattern.marginBps)) / BigInt(basis)
  const withinMicros = pattern.withinSeconds * microsPerSecond
  const isUnder = ({ amount }: StoredTransfer) => amount >= least && amount < limit

  return {
    pattern,
    find: ({ graph, transfer, counts }) => {
      if (!isUnder(transfer)) return []
      const flows = graph.account(transfer, transfer[pattern.side])
      if (flows === undefined) return []
      const side = pattern.side === 'source' ? flows.out : flows.in
      const span = { from: transfer.at - withinMicros, to: transfer.at + withinMicros }
      if (side.countBetween(span) < pattern.countMin) return []
      const seen = side.between(span, transfersSeenMax)
      if (seen.length === transfersSeenMax) counts.cutSearches += 1
      const candidates = seen.filter(isUnder)
      if (candidates.length < pattern.countMin) return []
      const window = fullestWindow({ candidates, transfer, withinMicros, measure: ({ length }) => length })
      const [first, last] = [window[0], window.at(-1)]
      if (first === undefined || last === undefined) return []
      const all = seen.filter(({ at }) => at >= first.at && at <= last.at).length
      const isMany = window.length >= pattern.countMin && totalOf(window) > limit
      return isMany && window.length * basis >= all * pattern.shareMinBps ? [matchOf(pattern, { flows, window })] : []
    },
  }
}

type Found = { readonly flows: AccountFlows; readonly window: readonly StoredTransfer[] }

function matchOf(pattern: StructuringPattern, { flows, window }: Found): Match {
  const { account, asset } = flows
  const took = (window.at(-1) as StoredTransfer).at - (window[0] as StoredTransfer).at
  const verb = pattern.side === 'source' ? 'paid' : 'got'
  const limit = amountText(BigInt(pattern.limit), asset)
  return {
    key: account,
    subjects: [account],
    transfers: window,
    excess: excessOf({ found: window.length, least: pattern.countMin }),
    facts: { transfers: window.length, limit: pattern.limit },
    explanation: `${account} ${verb} ${countText(window.length, 'transfer')} just under ${limit} within ${durationText(took)}, in all ${amountText(totalOf(window), asset)}.`,
  }
}
