import { createRandom } from '../../scripts/random.ts'

export type Market = {
  readonly accountsCsv: string
  readonly transfersCsv: string
  /** The expected result: the balance of each account in cents, and how the transfers ended. */
  readonly balances: ReadonlyMap<string, bigint>
  readonly booked: number
  readonly refused: Readonly<Record<string, number>>
}

export function createMarket(options: { accounts: number; transfers: number; seed: number }): Market {
  const { below } = createRandom(options.seed)
  const cents = (amount: number) => `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`
  const balances = new Map<string, bigint>()
  const accountLines = Array.from({ length: options.accounts }, (_, number) => {
    const opening = number % 10 === 0 ? 0 : below(50_000)
    balances.set(`node:${number}`, BigInt(opening))
    return `${number},${cents(opening)}`
  })
  const refused: Record<string, number> = {}
  let booked = 0
  const transferLines = Array.from({ length: options.transfers }, () => {
    const [from, to, amount] = [below(options.accounts), below(options.accounts), 1 + below(20_000)]
    const [source, destination] = [`node:${from}`, `node:${to}`]
    const left = (balances.get(source) ?? 0n) - BigInt(amount)
    const code = from === to ? 'accounts_must_differ' : left < 0n ? 'insufficient_funds' : undefined
    if (code !== undefined) refused[code] = (refused[code] ?? 0) + 1
    else {
      booked += 1
      balances.set(source, left)
      balances.set(destination, (balances.get(destination) ?? 0n) + BigInt(amount))
    }
    return `${from},${to},${cents(amount)}`
  })
  return {
    accountsCsv: ['id,opening', ...accountLines, ''].join('\n'),
    transfersCsv: ['from,to,value', ...transferLines, ''].join('\n'),
    balances,
    booked,
    refused,
  }
}
