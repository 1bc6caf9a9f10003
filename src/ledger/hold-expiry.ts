import type { Uuid } from '#kernel'
import { Fault } from '#platform/faults'
import type { Database } from '#platform/postgres'
import type { BookNumber } from './commands.ts'
import type { Writer } from './writer.ts'

/** Ends pending transfers whose time has come. */
export type HoldExpiry = { readonly start: () => void; readonly stop: () => Promise<void> }

export type HoldExpiryDependencies = {
  readonly database: Database
  readonly writer: Writer
  readonly onFault: (fault: Error) => void
}

const intervalMs = 1_000
const holdsMax = 1_000

export function createHoldExpiry(deps: HoldExpiryDependencies): HoldExpiry {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let stopped = false

  const round = async () => {
    try {
      while (!stopped && (await expireSome(deps)) === holdsMax);
    } catch (error) {
      // The next round tries again; holds that have lapsed cannot be posted meanwhile.
      deps.onFault(
        error instanceof Error ? error : new Fault({ code: 'expiry_failed', message: String(error), retryable: true }),
      )
    }
    if (!stopped) timer = setTimeout(begin, intervalMs)
  }
  const begin = () => {
    running = round()
  }

  return {
    start: begin,
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

async function expireSome({ database, writer }: HoldExpiryDependencies): Promise<number> {
  const due = await readDueHolds(database)
  if (due.length === 0) return 0
  // Another process may expire the same ones: what is no longer pending is refused, which is fine.
  await writer.submit({ atomic: false, commands: due.map(({ book, id }) => ({ kind: 'expire', book, id })) })
  return due.length
}

async function readDueHolds(database: Database): Promise<{ book: BookNumber; id: Uuid }[]> {
  const rows = await database.query<{ book_id: number; id: string }>({
    name: 'ledger-due-holds',
    text: `select due.book_id, transfer.id
      from (
        select book_id, transfer from ledger.holds
        where expires_at is not null and expires_at <= statement_timestamp() order by expires_at limit $1
      ) due
      join ledger.transfers transfer
        on transfer.book_id = due.book_id and transfer.position = due.transfer and transfer.flags < 4`,
    values: [holdsMax],
  })
  return rows.map((row) => ({ book: row.book_id, id: row.id.replaceAll('-', '') }))
}
