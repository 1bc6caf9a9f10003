import type { Timestamp, Uuid } from '#kernel'
import type { Principal } from '#platform/http'
import {
  allOf,
  binding,
  type Condition,
  equals,
  given,
  type Page,
  type PageRequest,
  readInRounds,
  type Scanned,
} from '#platform/lists'
import { instant, micros, type Queryable, toUuid } from '#platform/postgres'
import { auditColumns, contentOfRow } from '../audit-log.ts'

export type RecordedAct = {
  readonly number: number
  readonly at: Timestamp
  readonly actor: Principal | undefined
  readonly actorName: string | undefined
  readonly action: string
  readonly subject: string
  readonly details: string
  /** Undefined: of all books, or of before books were noted. */
  readonly book: Uuid | undefined
  readonly address: string | undefined
  readonly requestId: string | undefined
  readonly permission: string | undefined
  readonly authority: string | undefined
  readonly before: string | undefined
  readonly after: string | undefined
  readonly content: string
  readonly hash: Buffer
  readonly previousHash: Buffer | undefined
}

export type AuditFilter = {
  /** Undefined: all books. */
  readonly book: number | undefined
  /** Also what is of no book. */
  readonly withShared: boolean
  readonly actor?: Uuid | undefined
  readonly subject?: string | undefined
  readonly action?: string | undefined
  readonly from?: Timestamp | undefined
  readonly to?: Timestamp | undefined
}

/** Rows that each round reads. */
const rounds = [256, 2048, 8192] as const

/**
 * No act is added to a page of that many bytes, by the texts of its rows. An act of a batch has hundreds of kilobytes,
 * and an answer has each text twice.
 */
const pageBytes = 512 * 1024

/** Newest first. A page may be short and have a next one: each round reads a bounded number of rows, and of bytes. */
export async function listActs(
  on: Queryable,
  filter: AuditFilter,
  { limit, cursor }: PageRequest<number>,
): Promise<Page<RecordedAct, number>> {
  const [start, end] = [cursor ?? (await firstAfter(on, filter.to)), await firstAfter(on, filter.from)]
  return await readInRounds({
    limit,
    cursor: start,
    cursorOf: ({ number }) => number,
    rounds,
    scan: ({ cursor: below, wanted, round }) => scan(on, filter, { below, end, wanted, round }),
  })
}

/** Times never decrease along the numbers. Undefined: there is no act that late, or no time. */
async function firstAfter(on: Queryable, time: Timestamp | undefined): Promise<number | undefined> {
  if (time === undefined) return undefined
  const rows = await on.query<{ number: bigint }>({
    text: `select number from access.audit_log where recorded_at >= ${instant('$1')} order by recorded_at, number limit 1`,
    values: [time],
  })
  // No act since then: those from a number that none has.
  return rows[0] === undefined ? Number.MAX_SAFE_INTEGER : Number(rows[0].number)
}

type Scan = {
  readonly below: number | undefined
  readonly end: number | undefined
  readonly wanted: number
  readonly round: number
}

async function scan(
  on: Queryable,
  { book, withShared, actor, subject, action }: AuditFilter,
  { below = Number.MAX_SAFE_INTEGER, end = 0, wanted, round }: Scan,
): Promise<Scanned<RecordedAct, number>> {
  const { values, bind } = binding()
  // One of these has an index with the numbers; what the index does not answer is checked row by row.
  const streams: Condition[][] = [
    equals('subject', subject),
    equals('actor', actor),
    withShared ? [] : equals('book_id', book),
  ].filter((conditions) => conditions.length > 0)
  const [along = [], ...rest] = streams
  const inBook: Condition[] = withShared ? given(book, (own, to) => `(book_id = ${to(own)} or book_id is null)`) : []
  const checks = [...rest.flat(), ...inBook, ...equals('action', action)]
  const stream = allOf(along, bind)
  const fits = allOf(checks, bind)
  const rows = await on.query<AuditRow>({
    text: `with scanned as materialized (
        select number as scanned_number, ${fits} as fits from access.audit_log
        where ${stream} and number < ${bind(below)}::bigint and number >= ${bind(end)}::bigint
        order by number desc limit ${bind(round)}
      ), chosen as materialized (
        select number, coalesce(octet_length(details), 0) + coalesce(octet_length(before), 0) + coalesce(octet_length(after), 0) as bytes
        from scanned join access.audit_log on number = scanned_number
        where fits order by number desc limit ${bind(wanted)}
      ), shown as (
        select number as shown_number from (select number, sum(bytes) over (order by number desc) - bytes as bytes_before from chosen) one
        where bytes_before < ${bind(pageBytes)}
      ), progress as (
        select count(*) as scanned, min(scanned_number) as reached, (select count(*) from chosen) as chosen from scanned
      )
      select progress.scanned, progress.reached, progress.chosen, act.* from progress left join lateral (
        select ${auditColumns.replace('recorded_at', `${micros('recorded_at')} as recorded_us`)}, hash, ${contentOfRow} as content,
          (select id from access.books where books.number = book_id) as book,
          coalesce((select hash from access.audit_log as before_it where before_it.number = audit_log.number - 1),
            (select hash from access.audit_log_dropped as dropped where dropped.number = audit_log.number - 1)) as previous_hash
        from shown join access.audit_log on number = shown_number
      ) as act on true order by act.number desc`,
    values,
  })
  const [first] = rows
  if (first === undefined || first.reached === null) return { items: [], reached: undefined }
  const items = rows.flatMap((row) => (row.number === null ? [] : [toAct({ ...row, number: row.number })]))
  if (items.length < Number(first.chosen)) return { items, reached: items.at(-1)?.number, isFull: true }
  // Enough was found: the page ends with its last item.
  if (items.length >= wanted) return { items, reached: items.at(-1)?.number }
  return { items, reached: Number(first.scanned) < round ? undefined : Number(first.reached) }
}

type AuditRow = {
  scanned: bigint
  reached: bigint | null
  /** Fit the filter, whether or not the page has room for them. */
  chosen: bigint
  number: bigint | null
  recorded_us: bigint
  actor: string | null
  actor_kind: Principal['kind'] | null
  actor_name: string | null
  action: string
  subject: string
  details: string
  book: string | null
  address: string | null
  request_id: string | null
  permission: string | null
  authority: string | null
  before: string | null
  after: string | null
  content: string
  hash: Buffer
  previous_hash: Buffer | null
}

function toAct({ number, ...row }: AuditRow & { readonly number: bigint }): RecordedAct {
  const { action, subject, details, content, hash } = row
  return {
    ...{ number: Number(number), at: Number(row.recorded_us), action, subject, details, content, hash },
    actor: row.actor === null ? undefined : { kind: row.actor_kind ?? 'key', id: toUuid(row.actor) },
    actorName: row.actor_name ?? undefined,
    book: row.book === null ? undefined : toUuid(row.book),
    address: row.address ?? undefined,
    requestId: row.request_id ?? undefined,
    permission: row.permission ?? undefined,
    authority: row.authority ?? undefined,
    before: row.before ?? undefined,
    after: row.after ?? undefined,
    previousHash: row.previous_hash ?? undefined,
  }
}
