import type { FlowTransfer } from '#risk'
import { createRandom } from '../scripts/random.ts'
import { day, type Scheme, type Traffic } from './flow-writing.ts'
import { zipf } from './zipf.ts'

const accountCount = 10_000
const steps = 150

/**
 * Traffic like that of a published simulator of laundering: time in whole days, each account pays one amount of its
 * own to accounts of uneven popularity; schemes take five months with amounts far below, each hop up to five times.
 */
export function stepTraffic({ seed, schemes }: { readonly seed: number; readonly schemes: number }): Traffic {
  const random = createRandom(seed)
  const popular = zipf(accountCount, random.next)
  const drafts: FlowTransfer[] = []
  const write = (
    [source, destination]: readonly [number, number],
    of: { readonly step: number; readonly cents: number },
  ) => {
    const transfer: FlowTransfer = {
      id: `${drafts.length}`,
      at: of.step * day,
      source: `${source}`,
      destination: `${destination}`,
      amount: BigInt(of.cents),
      asset: 'USD',
    }
    if (source !== destination) drafts.push(transfer)
    return transfer
  }
  for (let account = 0; account < accountCount; account += 1) {
    const cents = random.between({ least: 100_00, most: 390_00 })
    const count = 2 + random.below(9)
    for (let number = 0; number < count; number += 1) {
      const other = random.chance(0.3) ? popular() : random.below(accountCount)
      write([account, other], { step: random.below(steps), cents })
    }
  }
  const planted: Scheme[] = []
  for (let number = 0; number < schemes * 3; number += 1) {
    const kind = ['fan_in', 'fan_out', 'cycle'][number % 3] as string
    const members = Array.from({ length: 5 }, () => random.below(accountCount))
    const least = random.between({ least: 3_00, most: 12_00 })
    const same = random.between({ least: 10_00, most: 19_99 })
    const transfers = members.slice(kind === 'cycle' ? 0 : 1).flatMap((member, at) => {
      const step = random.below(steps)
      const next = members[(at + 1) % 5] as number
      const [from, to] =
        kind === 'cycle'
          ? [member, next]
          : kind === 'fan_in'
            ? [member, members[0] as number]
            : [members[0] as number, member]
      return Array.from({ length: 1 + random.below(5) }, () =>
        write([from, to], { step, cents: kind === 'cycle' ? same : least + random.below(least) }),
      )
    })
    const accounts = members.map(String)
    planted.push({ kind, subjects: kind === 'cycle' ? accounts : accounts.slice(0, 1), accounts, transfers })
  }
  return { transfers: drafts.sort((one, other) => one.at - other.at), schemes: planted }
}
