import type { CommandGroup, Ledger, TransferCommand } from '#ledger'
import { newUuid } from '#platform/ids'
import type { Database } from '#platform/postgres'
import { zipf as ranks } from './zipf.ts'

export const groupTransfers = 64
/** Pending transfers in a group, which the next group posts, or in one case voids. */
const groupHolds = 6

export async function openAccounts(ledger: Ledger, database: Database, accounts: number): Promise<void> {
  const open = (codes: readonly string[], minAvailable: bigint | null) =>
    database.transaction((tx) =>
      ledger.createAccounts(
        tx,
        codes.map((code) => ({
          ...{ book: 1, id: newUuid(), idGiven: false, code, asset: 'USD', minAvailable },
          ...{ maxBalance: null, metadata: {} },
        })),
      ),
    )
  await open(['bench:funding'], null)
  for (let from = 0; from < accounts; from += 5_000) {
    const codes = Array.from({ length: Math.min(5_000, accounts - from) }, (_, index) => codeOf(from + index))
    await open(codes, 0n)
    const commands = codes.map((code) => funding(code))
    await ledger.submit({ atomic: false, commands })
  }
}

export function codeOf(account: number): string {
  return `bench:${account}`
}

export type Pick = () => readonly [source: number, destination: number]

export function uniform(accounts: number): Pick {
  const any = () => Math.floor(Math.random() * accounts)
  return () => differing(any, any, accounts)
}

/** Zipf with exponent 1: the n-th account is picked in proportion to 1/n. */
export function zipf(accounts: number): Pick {
  const rank = ranks(accounts, Math.random)
  const any = () => rank() - 1
  return () => differing(any, any, accounts)
}

export function hot(accounts: number): Pick {
  const any = () => Math.floor(Math.random() * accounts)
  return () => differing(any, () => 0, accounts)
}

function differing(from: () => number, to: () => number, accounts: number): readonly [number, number] {
  const destination = to()
  const source = from()
  return [source === destination ? (source + 1) % accounts : source, destination]
}

/** Made before the clock starts. Clients give every id, so each is looked up; every fourth transfer has a reference. */
export function makeGroups(transfers: number, pick: Pick): CommandGroup[] {
  const groups: CommandGroup[] = []
  let holds: string[] = []
  for (let made = 0; made < transfers; made += groupTransfers) {
    const commands: TransferCommand[] = holds.map((id, index) => ({ kind: index === 0 ? 'void' : 'post', book: 1, id }))
    holds = []
    for (let index = 0; index < groupTransfers; index += 1) {
      const [source, destination] = pick()
      const id = newUuid()
      const pending = index < groupHolds
      if (pending) holds.push(id)
      commands.push({
        ...{ kind: 'create', book: 1, id, idGiven: true, source: codeOf(source), destination: codeOf(destination) },
        ...{ amount: 100n, asset: 'USD' },
        ...(pending && { pending }),
        ...(index % 4 === 3 && { reference: `ref-${id}` }),
      })
    }
    groups.push({ atomic: false, commands })
  }
  return groups
}

function funding(destination: string): TransferCommand {
  return {
    kind: 'create',
    book: 1,
    id: newUuid(),
    idGiven: false,
    source: 'bench:funding',
    destination,
    amount: 1_000_000_000_000n,
    asset: 'USD',
  }
}
