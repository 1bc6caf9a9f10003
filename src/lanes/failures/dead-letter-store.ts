import type { Timestamp, Uuid } from '#kernel'
import {
  byId,
  type Condition,
  equals,
  given,
  type ListTable,
  type Page,
  type PageRequest,
  readItem,
  readPage,
  toPage,
} from '#platform/lists'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import { laneNumber } from '../engines/enqueue.ts'
import { type DeadSubject, type LaneName, laneNames } from '../lanes.ts'

export type KindSubject = DeadSubject & { readonly kind: string }

/** A dead letter as those who replay it see it. */
export type OpenLetter = KindSubject & { readonly id: Uuid }

export type DeadLetter = OpenLetter & {
  readonly lane: LaneName
  readonly vendor: string | undefined
  readonly attempts: number
  /** `permanent`: the message can never succeed as it is. `exhausted`: it was tried too often. */
  readonly cause: 'permanent' | 'exhausted'
  readonly code: string
  readonly reason: string
  readonly enqueuedAt: Timestamp
  readonly diedAt: Timestamp
  readonly replayedAt: Timestamp | undefined
  readonly discardedAt: Timestamp | undefined
}

export type DeadLetterFilter = {
  readonly book: number
  readonly lane?: LaneName | undefined
  readonly kind?: string | undefined
  readonly vendor?: string | undefined
  readonly code?: string | undefined
  readonly cause?: DeadLetter['cause'] | undefined
  readonly replayed?: boolean | undefined
  readonly discarded?: boolean | undefined
}

export const openColumns = 'id, kind, book_id, subject, payload'
export type OpenRow = { id: string; kind: string; book_id: number; subject: string; payload: string }

export function toOpenLetter({ id, kind, book_id: book, subject, payload }: OpenRow): OpenLetter {
  return { id: toUuid(id), kind, book, subject: toUuid(subject), payload }
}

type DeadLetterRow = OpenRow & {
  lane: number
  vendor: string | null
  attempts: number
  cause: DeadLetter['cause']
  code: string
  reason: string
  enqueued_at: bigint
  died_at: bigint
  replayed_at: bigint | null
  discarded_at: bigint | null
}

const letterTime = (column: string) => `${micros(`letter.${column}`)} as ${column}`
const deadLetters: ListTable<DeadLetterRow, DeadLetter> = {
  from: 'lanes.dead_letters letter left join lanes.vendors vendor on vendor.number = letter.tenant',
  columns: `letter.id, letter.book_id, letter.lane, letter.kind, vendor.code as vendor, letter.subject,
    letter.payload, letter.attempts, letter.cause, letter.code, letter.reason, ${letterTime('enqueued_at')},
    ${letterTime('died_at')}, ${letterTime('replayed_at')}, ${letterTime('discarded_at')}`,
  toItem: toDeadLetter,
  order: byId('letter.id'),
}

/** The conditions for a row `letter`. */
export function conditionsOf({ book, lane, vendor, replayed, discarded, ...also }: DeadLetterFilter): Condition[] {
  const isSet = (column: string, wanted: boolean | undefined) =>
    given(wanted, (set) => `letter.${column} is ${set ? 'not ' : ''}null`)
  return [
    ...equals('letter.book_id', book),
    ...equals('letter.lane', lane && laneNumber(lane)),
    ...equals('letter.kind', also.kind),
    ...given(vendor, (code, bind) => {
      const named = `book_id = ${bind(book)} and code = ${bind(code)}`
      return `letter.tenant = (select number from lanes.vendors where ${named})`
    }),
    ...equals('letter.code', also.code),
    ...equals('letter.cause', also.cause),
    ...isSet('replayed_at', replayed),
    ...isSet('discarded_at', discarded),
  ]
}

export async function listDeadLetters(
  queryable: Queryable,
  filter: DeadLetterFilter,
  { limit, cursor }: PageRequest<Uuid>,
): Promise<Page<DeadLetter, Uuid>> {
  const read = (part: DeadLetterFilter, max: number) =>
    readPage(queryable, deadLetters, { limit: max, cursor, where: conditionsOf(part) })
  if (filter.replayed !== false || filter.discarded !== undefined) return read(filter, limit)
  // A letter that was not replayed is open or discarded, and each of these has an index. One that is discarded between
  // the two statements is in both.
  const open = await read({ ...filter, discarded: false }, limit + 1)
  const discarded = await read({ ...filter, discarded: true }, limit + 1)
  const letters = new Map([...open.items, ...discarded.items].map((letter) => [letter.id, letter]))
  const found = [...letters.values()].sort((one, other) => (one.id < other.id ? 1 : -1))
  return toPage(found.slice(0, limit + 1), limit, deadLetters.order.cursorOf)
}

export function findDeadLetter(
  queryable: Queryable,
  { book, id }: { readonly book: number; readonly id: Uuid },
): Promise<DeadLetter | undefined> {
  return readItem(queryable, deadLetters, { text: 'where letter.book_id = $1 and letter.id = $2', values: [book, id] })
}

function toDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    ...toOpenLetter(row),
    lane: laneNames[row.lane] ?? 'bulk',
    vendor: row.vendor ?? undefined,
    attempts: row.attempts,
    cause: row.cause,
    code: row.code,
    reason: row.reason,
    enqueuedAt: Number(row.enqueued_at),
    diedAt: Number(row.died_at),
    replayedAt: row.replayed_at === null ? undefined : Number(row.replayed_at),
    discardedAt: row.discarded_at === null ? undefined : Number(row.discarded_at),
  }
}
