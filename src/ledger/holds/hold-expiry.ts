import type { Uuid } from '#kernel'
import { createPeriodic, type Periodic } from '#platform/background'
import { Fault } from '#platform/faults'
import { type Database, toUuid } from '#platform/postgres'
import type { Writer } from '../booking/writer.ts'
import type { BookNumber } from '../commands.ts'

export type HoldExpiry = Pick<Periodic, 'start' | 'stop'>

export type HoldExpiryDependencies = {
  readonly database: Database
  readonly writer: Writer
  readonly onFault: (fault: Error) => void
}

const intervalMs = 1_000
const holdsMax = 1_000
/** How long the end of a hold may wait for a locked account while other holds wait for it. */
const patienceMs = 5_000
/** How long its accounts are then passed over. The record is kept twice as long. */
const passedOverMs = 15_000

type DueHold = { readonly book: BookNumber; readonly id: Uuid; readonly between: Between }
type Between = { readonly source: bigint; readonly destination: bigint }

/** Pairs of accounts whose holds could not be ended. `times` counts failures in a row. */
type PassedOver = Map<string, Between & { readonly untilMs: number; readonly times: number }>

/**
 * Ends all due holds, oldest first, in one request per pair of accounts. If one of its accounts stays locked, a pair
 * delays the rest briefly and is then passed over for a while. The second time in a row is reported as a fault.
 */
export function createHoldExpiry(deps: HoldExpiryDependencies): HoldExpiry {
  const passedOver: PassedOver = new Map()
  const work = async (isStopping: () => boolean) => {
    const now = performance.now()
    for (const [name, { untilMs }] of passedOver) if (untilMs + passedOverMs <= now) passedOver.delete(name)
    while (!isStopping() && (await expireSome(deps, passedOver)) === holdsMax);
    return undefined
  }
  const { start, stop } = createPeriodic({
    name: 'ending lapsed holds',
    restMs: intervalMs,
    work,
    onFault: deps.onFault,
  })
  return { start: () => start({ isAtOnce: true }), stop }
}

async function expireSome(
  { database, writer, onFault }: HoldExpiryDependencies,
  passedOver: PassedOver,
): Promise<number> {
  const begunMs = performance.now()
  const due = await readDueHolds(
    database,
    [...passedOver.values()].filter(({ untilMs }) => untilMs > begunMs),
  )
  const untilMs = begunMs + patienceMs
  const isAbandoned = () => performance.now() > untilMs
  let heldUp: Fault | undefined
  const expire = async (holds: readonly DueHold[]) => {
    const [{ between } = noHold] = holds
    const name = nameOf(between)
    try {
      const commands = holds.map(({ book, id }) => ({ kind: 'expire', book, id }) as const)
      const outcomes = await writer.submit({ atomic: false, commands }, { isAbandoned })
      // Refusals are fine: another process may have expired the same holds.
      if (outcomes.every(({ ok }) => !ok)) passedOver.set(name, { ...between, untilMs, times: 0 })
      else passedOver.delete(name)
    } catch (error) {
      if (!(error instanceof Fault && heldUpCodes.has(error.code))) throw error
      const times = (passedOver.get(name)?.times ?? 0) + 1
      passedOver.set(name, { ...between, untilMs: performance.now() + passedOverMs, times })
      if (times > 1) heldUp = error
    }
  }
  const together = Map.groupBy(due, ({ between }) => nameOf(between))
  const ends = await Promise.allSettled([...together.values()].map(expire))
  if (heldUp !== undefined) onFault(heldUp)
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  return due.length
}

/** An account is locked, or too many requests waited. */
const heldUpCodes = new Set(['account_busy', 'ledger_busy'])
const noHold = { between: { source: 0n, destination: 0n } }

function nameOf({ source, destination }: Between): string {
  return `${source} ${destination}`
}

async function readDueHolds(database: Database, passedOver: readonly Between[]): Promise<DueHold[]> {
  const rows = await database.query<{ book_id: number; id: string } & Between>({
    name: 'ledger-due-holds',
    text: `select due.book_id, transfer.id, due.source, due.destination
      from (
        select book_id, transfer, coalesce(source, 0) as source, coalesce(destination, 0) as destination
        from ledger.holds
        where expires_at is not null and expires_at <= statement_timestamp()
          and (coalesce(source, 0), coalesce(destination, 0)) not in (select * from unnest($2::bigint[], $3::bigint[]))
        order by expires_at limit $1
      ) due
      join ledger.transfers transfer
        on transfer.book_id = due.book_id and transfer.position = due.transfer and transfer.flags < 4`,
    values: [holdsMax, passedOver.map(({ source }) => source), passedOver.map(({ destination }) => destination)],
  })
  return rows.map(({ book_id, id, source, destination }) => ({
    ...{ book: book_id, id: toUuid(id) },
    between: { source, destination },
  }))
}
