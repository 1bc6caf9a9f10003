import { amountText, type Timestamp } from '#kernel'
import type { AccountFlows } from './account-flows.ts'
import { basis, excessOf, type Finder, type Match, microsPerSecond, type Search, totalOf } from './finder.ts'
import type { PassThroughPattern } from './pattern.ts'
import type { StoredTransfer } from './stored-transfer.ts'
import { durationText, percentText } from './texts.ts'

/** Ends of windows that are tried for one late transfer. */
const endsMax = 32

/**
 * Finds money that leaves an account soon after it came: the sums of a window that ends with an outgoing transfer. A
 * transfer changes the windows of its source and, when it is late, those of its destination.
 */
export function passThroughFinder(pattern: PassThroughPattern): Finder {
  const amountMin = BigInt(pattern.amountMin)
  const shares = { least: BigInt(pattern.shareMinBps), most: BigInt(pattern.shareMaxBps) }
  const withinMicros = pattern.withinSeconds * microsPerSecond

  return {
    pattern,
    find: (search) =>
      [search.transfer.source, search.transfer.destination].flatMap((account) => {
        const flows = search.graph.account(search.transfer, account)
        return flows === undefined ? [] : matchesOf(flows, search)
      }),
  }

  function matchesOf(flows: AccountFlows, search: Search): readonly Match[] {
    const { at } = search.transfer
    if (flows.in.kept === 0 || flows.out.kept === 0) return []
    const around = { from: at - withinMicros, to: at + withinMicros }
    const ends = flows.out.between({ from: at, to: around.to }, endsMax)
    if (ends.length === 0) return []
    if (flows.in.countBetween(around) + flows.out.countBetween(around) > pattern.hubTransfersMax) {
      search.counts.skippedHubs += 1
      return []
    }
    for (const end of new Set(ends.map((transfer) => transfer.at))) {
      const passed = passedUntil(flows, end)
      if (passed !== undefined) {
        flows.passedAt.set(pattern.id, Math.max(end, flows.passedAt.get(pattern.id) ?? end))
        return [matchOf(pattern, { flows, ...passed })]
      }
    }
    return []
  }

  function passedUntil(flows: AccountFlows, end: Timestamp): Passed | undefined {
    const most = pattern.hubTransfersMax
    const ins = flows.in.between({ from: end - withinMicros, to: end }, most)
    const first = ins[0]
    if (first === undefined) return undefined
    const came = totalOf(ins)
    if (came < amountMin) return undefined
    const outs = flows.out.between({ from: first.at, to: end }, most)
    const left = totalOf(outs)
    const fits = left * BigInt(basis) >= came * shares.least && left * BigInt(basis) <= came * shares.most
    return fits ? { ins, outs, came, left } : undefined
  }
}

type Passed = {
  readonly ins: readonly StoredTransfer[]
  readonly outs: readonly StoredTransfer[]
  readonly came: bigint
  readonly left: bigint
}

function matchOf(
  pattern: PassThroughPattern,
  { flows, ins, outs, came, left }: Passed & { readonly flows: AccountFlows },
): Match {
  const { account, asset } = flows
  const took = (outs.at(-1) as StoredTransfer).at - (ins[0] as StoredTransfer).at
  const share = Number((left * BigInt(basis)) / came)
  return {
    key: account,
    subjects: [account],
    transfers: [...ins, ...outs],
    excess: excessOf({ found: Number(came / BigInt(pattern.amountMin)), least: 1 }) / 10,
    facts: { came: came.toString(), left: left.toString(), share_bps: share },
    explanation: `${account} got ${amountText(came, asset)} and paid on ${amountText(left, asset)}, ${percentText(share)} of it, within ${durationText(took)}.`,
  }
}
