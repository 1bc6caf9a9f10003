import { setTimeout as sleep } from 'node:timers/promises'
import { type CreateTransfer, createLedger, type TransferCommand } from '#ledger'
import { newUuid } from '#platform/ids'
import type { Database } from '#platform/postgres'
import type { Random } from '../../scripts/random.ts'

/** Times are in microseconds since 1970. */
export type PastEntry = {
  readonly account: number
  readonly version: number
  readonly position: number
  readonly transfer: number
  readonly posted_delta: bigint
  readonly posted: bigint
  readonly pending_out: bigint
  readonly pending_in: bigint
  readonly recorded_at: number
  readonly kind: number
  readonly side: number
  readonly flags: number | null
  readonly given_effective_at: number | null
}

/** `kind`: how a pending transfer ended. */
export type PastTransfer = {
  readonly position: number
  readonly id: string
  readonly source: number
  readonly destination: number
  readonly flags: number
  readonly reference: string | null
  readonly metadata: Readonly<Record<string, string>> | null
  readonly recorded_at: number
  readonly kind: number | null
}

export type PastAccount = {
  readonly number: number
  readonly id: string
  readonly code: string
  readonly asset: string
}

export type Past = {
  readonly accounts: readonly PastAccount[]
  readonly entries: readonly PastEntry[]
  readonly transfers: readonly PastTransfer[]
}

export type RandomHistoryOptions = {
  readonly book: number
  readonly accounts: number
  readonly transfers: number
  readonly random: Random
  /** An effective time of their own, a moment or days back; default 0.15. */
  readonly backdated?: number
}

/** Print the seed, so that a failure can be repeated. */
export function newSeed(): number {
  return Math.floor(Math.random() * 2 ** 31)
}

const transfersPerGroup = 250
const dayMicros = 86_400_000_000

/** Two assets, a few hot accounts, backdated transfers, every end of holds, rare and common metadata, new settings. */
export async function bookRandomHistory(database: Database, options: RandomHistoryOptions): Promise<void> {
  const { book, random } = options
  const ledger = createLedger({
    database,
    onFault: (fault) => {
      throw fault
    },
  })
  const codes = Array.from({ length: options.accounts }, (_, number) => `group-${number % 3}:account-${number}`)
  const assetOf = (number: number) => (number % 4 === 3 ? 'EUR' : 'USD')
  await database.transaction((tx) =>
    ledger.createAccounts(
      tx,
      codes.map((code, number) => ({
        ...{ book, id: newUuid(), idGiven: true, code, asset: assetOf(number) },
        ...{ minAvailable: null, maxBalance: null, metadata: number % 2 === 0 ? { tier: `${number % 6}` } : {} },
      })),
    ),
  )
  await ledger.start()
  let now = 0
  const open: string[] = []
  const draw = (): CreateTransfer => {
    const any = () => random.below(options.accounts)
    const source = Math.min(any(), any())
    let destination = any()
    while (destination === source || assetOf(destination) !== assetOf(source)) destination = any()
    const pending = random.chance(0.2)
    return {
      ...{ kind: 'create', book, id: newUuid(), idGiven: false },
      ...{ source: codes[source] ?? '', destination: codes[destination] ?? '' },
      ...{ amount: BigInt(1 + random.below(1000)), asset: assetOf(source), pending },
      ...(pending && random.chance(0.1) && { expiresAt: now + 3_600_000_000 }),
      ...(random.chance(options.backdated ?? 0.15) && {
        effectiveAt: now - (random.chance(0.5) ? random.below(20) * (dayMicros / 4) : random.below(300_000)),
      }),
      ...(random.chance(0.2) && { reference: `reference-${newUuid()}` }),
      metadata: {
        ...(random.chance(0.5) && { channel: random.chance(0.5) ? 'web' : 'app' }),
        ...(random.chance(0.01) && { campaign: 'rare' }),
        ...(random.chance(0.3) && { "it's": '100% "quoted" \\' }),
      },
    }
  }
  for (let made = 0; made < options.transfers; made += transfersPerGroup) {
    now = await databaseTime(database)
    const commands: TransferCommand[] = []
    for (let count = 0; count < transfersPerGroup; count += 1) {
      const command = draw()
      commands.push(command)
      if (command.pending === true) open.push(command.id)
      if (open.length > 20 && random.chance(0.2))
        commands.push(endOne(book, open.splice(random.below(open.length), 1)[0] ?? '', random))
    }
    await ledger.submit({ commands, atomic: false })
    const account = codes[random.below(codes.length)] ?? ''
    await database.transaction((tx) =>
      ledger.changeAccount(tx, { book, account, maxBalance: random.chance(0.5) ? null : 10n ** 15n }),
    )
    await sleep(2)
  }
  await ledger.stop(5000)
}

function endOne(book: number, id: string, random: Random): TransferCommand {
  if (random.chance(0.3)) return { kind: 'void', book, id }
  return random.chance(0.5) ? { kind: 'post', book, id } : { kind: 'post', book, id, amount: 1n }
}

async function databaseTime(database: Database): Promise<number> {
  const [row] = await database.query<{ now: bigint }>({
    text: 'select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now',
  })
  return Number(row?.now)
}

export async function readPast(database: Database, book: number): Promise<Past> {
  const accounts = await database.query<Numeric<PastAccount>>({
    text: 'select number, id, code, asset from ledger.accounts where book_id = $1 order by number',
    values: [book],
  })
  const entries = await database.query<Numeric<PastEntry>>({
    text: `select e.account, e.version, e.position, e.transfer, e.posted_delta, e.posted, e.pending_out, e.pending_in,
        (extract(epoch from e.recorded_at) * 1000000)::bigint as recorded_at, e.kind, e.side, t.flags,
        (extract(epoch from t.effective_at) * 1000000)::bigint as given_effective_at
      from ledger.entries e join ledger.accounts a on a.number = e.account
      left join ledger.transfers t on t.position = e.transfer and t.flags < 4
      where a.book_id = $1 order by e.account, e.version`,
    values: [book],
  })
  const transfers = await database.query<Numeric<PastTransfer>>({
    text: `select t.position, t.id, t.source, t.destination, t.flags, t.reference, t.metadata,
        (extract(epoch from t.recorded_at) * 1000000)::bigint as recorded_at, r.kind
      from ledger.transfers t left join ledger.resolutions r on r.transfer = t.position
      where t.book_id = $1 and t.flags < 4 order by t.position desc`,
    values: [book],
  })
  return {
    accounts: accounts.map((row) => ({ ...row, number: Number(row.number), id: row.id.replaceAll('-', '') })),
    entries: entries.map((row) => ({
      ...row,
      account: Number(row.account),
      version: Number(row.version),
      position: Number(row.position),
      transfer: Number(row.transfer),
      recorded_at: Number(row.recorded_at),
      given_effective_at: row.given_effective_at === null ? null : Number(row.given_effective_at),
    })),
    transfers: transfers.map((row) => ({
      ...row,
      position: Number(row.position),
      id: row.id.replaceAll('-', ''),
      source: Number(row.source),
      destination: Number(row.destination),
      recorded_at: Number(row.recorded_at),
    })),
  }
}

/** The rows as pg returns them: bigints instead of numbers. */
type Numeric<Row> = { readonly [Key in keyof Row]: Row[Key] extends number ? bigint & number : Row[Key] }
