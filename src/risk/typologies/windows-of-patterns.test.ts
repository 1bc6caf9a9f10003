import { expect, it } from 'vitest'
import { createRandom, type Random } from '../../../scripts/random.ts'
import { fanFinder } from './fan.ts'
import type { Finder } from './finder.ts'
import { FlowGraph } from './flow-graph.ts'
import { passThroughFinder } from './pass-through.ts'
import type { FanPattern, PassThroughPattern, RoundAmountsPattern, StructuringPattern } from './pattern.ts'
import { roundAmountsFinder } from './round-amounts.ts'
import { structuringFinder } from './structuring.ts'
import type { FlowTransfer } from './transfer.ts'

const second = 1_000_000
const asset = 'EUR'
const windowSeconds = 10

/** Whether each transfer closes something, by the account that it is about. */
function found(finder: Finder, transfers: readonly FlowTransfer[]): string[][] {
  const bounds = { transfersMax: 10_000, transfersPerSideMax: 4_096, idleAccountsMax: 1_000 }
  const micros = windowSeconds * second
  const graph = new FlowGraph(bounds, { keepMicros: micros * 10, lateMicros: micros * 9, pauseMinMicros: micros * 100 })
  const counts = { cutSearches: 0, skippedHubs: 0 }
  return transfers.map((transfer) =>
    finder
      .find({ graph, transfer: graph.add(transfer), counts })
      .map(({ key }) => key)
      .sort(),
  )
}

function randomTransfers(random: Random): FlowTransfer[] {
  const accounts = ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, random.between({ least: 3, most: 6 }))
  const transfers = Array.from({ length: 40 }, (_, number) => ({
    id: `${number}`,
    at: random.below(60) * second,
    source: random.pick(accounts),
    destination: random.pick(accounts),
    amount: BigInt(random.between({ least: 80, most: 105 })),
    asset,
  })).filter(({ source, destination }) => source !== destination)
  return random.chance(0.5) ? transfers.sort((one, other) => one.at - other.at) : transfers
}

type Side = 'source' | 'destination'

/** Every window of the length that contains the latest transfer, by where it ends. */
function windowsOf(arrived: readonly FlowTransfer[], side: Side): FlowTransfer[][] {
  const closing = arrived.at(-1)!
  const ofAccount = arrived.filter((transfer) => transfer[side] === closing[side])
  const ends = ofAccount
    .map(({ at }) => at)
    .filter((at) => at >= closing.at && at <= closing.at + windowSeconds * second)
  return ends.map((end) => ofAccount.filter(({ at }) => at <= end && at >= end - windowSeconds * second))
}

function compare(finderOf: (random: Random) => [Finder, (arrived: readonly FlowTransfer[]) => string[]]): void {
  let matches = 0
  for (let seed = 1; seed <= 80; seed += 1) {
    const random = createRandom(seed)
    const [finder, expectedOf] = finderOf(random)
    const transfers = randomTransfers(random)
    const expected = transfers.map((_, place) => expectedOf(transfers.slice(0, place + 1)).sort())
    expect({ seed, found: found(finder, transfers) }).toEqual({ seed, found: expected })
    matches += expected.flat().length
  }
  expect(matches).toBeGreaterThan(30)
}

it('finds the fans that trying every window finds', () => {
  compare((random) => {
    const kind = random.pick(['fan_in', 'fan_out'] as const)
    const [side, other]: [Side, Side] = kind === 'fan_in' ? ['destination', 'source'] : ['source', 'destination']
    const pattern: FanPattern = {
      id: 'fan',
      version: 1,
      asset,
      score: 50,
      withinSeconds: windowSeconds,
      kind,
      counterpartiesMin: random.between({ least: 2, most: 4 }),
      bandBps: random.pick([0, 500, 10_000]),
      amountMin: '85',
      hubTransfersMax: 100,
    }
    const expectedOf = (arrived: readonly FlowTransfer[]) => {
      const closing = arrived.at(-1)!
      const accepts = ({ amount }: FlowTransfer) => {
        const [less, more] = amount < closing.amount ? [amount, closing.amount] : [closing.amount, amount]
        return amount >= 85n && (more - less) * 10_000n <= more * BigInt(pattern.bandBps)
      }
      const isFound = windowsOf(arrived, side).some((window) => {
        const counterparties = new Set(window.filter(accepts).map((transfer) => transfer[other]))
        return accepts(closing) && counterparties.size >= pattern.counterpartiesMin
      })
      return isFound ? [closing[side]] : []
    }
    return [fanFinder(pattern), expectedOf]
  })
})

it('finds the structuring that trying every window finds', () => {
  compare((random) => {
    const side = random.pick(['source', 'destination'] as const)
    const pattern: StructuringPattern = {
      id: 'structuring',
      version: 1,
      asset,
      score: 50,
      withinSeconds: windowSeconds,
      kind: 'structuring',
      side,
      limit: '100',
      marginBps: 1_000,
      countMin: random.between({ least: 2, most: 3 }),
      shareMinBps: 1,
    }
    const isUnder = ({ amount }: FlowTransfer) => amount >= 90n && amount < 100n
    const expectedOf = (arrived: readonly FlowTransfer[]) => {
      const closing = arrived.at(-1)!
      const isFound = windowsOf(arrived, side).some((window) => window.filter(isUnder).length >= pattern.countMin)
      return isFound && isUnder(closing) ? [closing[side]] : []
    }
    return [structuringFinder(pattern), expectedOf]
  })
})

it('finds the round amounts that trying every window finds', () => {
  compare((random) => {
    const side = random.pick(['source', 'destination'] as const)
    const pattern: RoundAmountsPattern = {
      id: 'round',
      version: 1,
      asset,
      score: 50,
      withinSeconds: windowSeconds,
      kind: 'round_amounts',
      side,
      unit: '10',
      countMin: 2,
      shareMinBps: 1,
    }
    const isRound = ({ amount }: FlowTransfer) => amount % 10n === 0n
    const expectedOf = (arrived: readonly FlowTransfer[]) => {
      const closing = arrived.at(-1)!
      const isFound = windowsOf(arrived, side).some((window) => window.filter(isRound).length >= pattern.countMin)
      return isFound && isRound(closing) ? [closing[side]] : []
    }
    return [roundAmountsFinder(pattern), expectedOf]
  })
})

it('finds the passing through that trying every window finds', () => {
  compare(() => {
    const pattern: PassThroughPattern = {
      id: 'passing',
      version: 1,
      asset,
      score: 50,
      withinSeconds: windowSeconds,
      kind: 'pass_through',
      amountMin: '100',
      shareMinBps: 9_000,
      shareMaxBps: 10_500,
      hubTransfersMax: 100,
    }
    const sum = (transfers: readonly FlowTransfer[]) =>
      transfers.reduce((total, { amount }) => total + Number(amount), 0)
    const passes = (arrived: readonly FlowTransfer[], account: string) => {
      const { at: closingAt } = arrived.at(-1)!
      const ends = arrived.filter(
        ({ source, at }) => source === account && at >= closingAt && at <= closingAt + windowSeconds * second,
      )
      return ends.some(({ at: end }) => {
        const window = arrived.filter(({ at }) => at <= end && at >= end - windowSeconds * second)
        const ins = window.filter(({ destination }) => destination === account)
        const first = Math.min(...ins.map(({ at }) => at))
        const [came, left] = [sum(ins), sum(window.filter(({ source, at }) => source === account && at >= first))]
        return came >= 100 && left * 10_000 >= came * 9_000 && left * 10_000 <= came * 10_500
      })
    }
    const expectedOf = (arrived: readonly FlowTransfer[]) => {
      const { source, destination } = arrived.at(-1)!
      return [source, destination].filter((account) => passes(arrived, account))
    }
    return [passThroughFinder(pattern), expectedOf]
  })
})
