import type { Uuid } from '#kernel'
import { type Queryable, toUuid } from '#platform/postgres'
import type { Case, CasePriority } from './case.ts'
import { ageText, type CaseRow, caseColumns, overdueText, toCase } from './case-read-model.ts'

// The list is in the order of ids, newest first. It walks along one index and checks the rest of the filter row by row.
// The rows per request are bounded, so a short page may have a next one (decision 12). Statements are not prepared by
// name: PostgreSQL would keep a plan made on empty tables, along the wrong index.

/** Every given part must match. */
export type CaseFilter = {
  readonly state: 'open' | 'resolved' | 'all'
  readonly queue?: string
  readonly reason?: string
  readonly owner?: string
  readonly priority?: CasePriority
  readonly kind?: string
  readonly subject?: Uuid
  readonly isOverdue?: boolean
  readonly olderThanSeconds?: number
}

export type CaseListQuery = {
  readonly books: readonly number[]
  readonly filter: CaseFilter
  readonly limit: number
  /** The cases are older than this one. */
  readonly before: Uuid | undefined
}

/** A page may be short, or empty, and have a `next`: the cases before it are not read yet. */
export type CasePage = { readonly items: readonly Case[]; readonly next: Uuid | undefined }

/** Rows that each round of a request reads of each book. A further round starts only within `roundsMs`. */
const roundRows = [256, 2048, 8192] as const
const roundsMs = 10
/** Overdue cases are rare. Up to so many are read along their index and sorted. */
const overdueMax = 1_000
const lastId = 'f'.repeat(32)

export async function listCases(on: Queryable, query: CaseListQuery): Promise<CasePage> {
  const { books, limit } = query
  const filter = withoutContradiction(query.filter)
  if (filter === undefined) return { items: [], next: undefined }
  let before = query.before ?? lastId
  const along = chooseWalk(filter)
  if (filter.isOverdue === true && along !== 'subject' && along !== 'owner') {
    const round = { along: 'overdue', before, rows: overdueMax + 1, wanted: limit + 1 } as const
    const overdue = await readRound(on, { books, filter, ...round })
    if (overdue.reached === undefined) return toPage(overdue.items, limit)
  }
  const items: Case[] = []
  const begun = performance.now()
  for (const rows of roundRows) {
    const found = await readRound(on, { books, filter, along, before, rows, wanted: limit + 1 - items.length })
    items.push(...found.items)
    if (items.length > limit || found.reached === undefined) return toPage(items, limit)
    before = found.reached
    if (performance.now() - begun > roundsMs) break
  }
  return { items, next: before }
}

function toPage(items: readonly Case[], limit: number): CasePage {
  const last = items[limit - 1]
  return items.length > limit && last ? { items: items.slice(0, limit), next: last.id } : { items, next: undefined }
}

/** Only open cases are overdue. Undefined when no case can match. */
function withoutContradiction(filter: CaseFilter): CaseFilter | undefined {
  if (filter.isOverdue !== true) return filter
  return filter.state === 'resolved' ? undefined : { ...filter, state: 'open' }
}

/** The index that is walked. Those of owners, reasons and due times have only open cases. */
type Walk = 'book' | 'subject' | 'owner' | 'reason' | 'overdue'

function chooseWalk({ state, subject, owner, reason }: CaseFilter): Walk {
  if (subject !== undefined) return 'subject'
  if (state !== 'open') return 'book'
  if (owner !== undefined) return 'owner'
  return reason === undefined ? 'book' : 'reason'
}

type Round = Pick<CaseListQuery, 'books' | 'filter'> & {
  readonly along: Walk
  readonly before: Uuid
  readonly rows: number
  readonly wanted: number
}

type RoundRow = { readonly walked: bigint; readonly reached: string | null } & (CaseRow | { readonly id: null })

/** The next round continues before `reached`, which is undefined at the end. */
async function readRound(
  on: Queryable,
  { books, filter, along, before, rows, wanted }: Round,
): Promise<{ readonly items: readonly Case[]; readonly reached: Uuid | undefined }> {
  const values: unknown[] = []
  const bind = (value: unknown) => `$${values.push(value)}`
  const parts = partsOf(filter, bind)
  const checks = parts.filter((part) => part.of !== along).map(({ text }) => text)
  const range = `id < ${bind(before)}`
  const isByDueTime = along === 'overdue'
  if (isByDueTime) checks.push(range)
  // Without checks, every row walked is a match.
  const walked = checks.length === 0 ? wanted : rows
  const walkedMax = bind(walked)
  const conditions = [
    ...(filter.state === 'open' ? ['resolved_at is null'] : []),
    ...parts.filter((part) => part.of === along).map(({ text }) => text),
    ...(isByDueTime ? [] : [range]),
  ]
  const ofBook = (book: number) => `(
      select id as walked_id, ${checks.join(' and ') || 'true'} as fits from cases.cases
      where ${[`book_id = ${bind(book)}`, ...conditions].join(' and ')}
      order by ${isByDueTime ? 'due_at' : 'id desc'} limit ${walkedMax})`
  const read = await on.query<RoundRow>({
    text: `with walked as materialized (
        select walked_id, fits from (${books.map(ofBook).join(' union all ')}) of_books
        order by walked_id desc limit ${walkedMax}
      ),
      found as (select walked_id from walked where fits order by walked_id desc limit ${bind(wanted)})
      select progress.walked, progress.reached, ${caseColumns}
      from (select count(*) as walked, (select walked_id from walked order by walked_id limit 1) as reached from walked)
        progress
      left join (found join cases.cases on cases.id = found.walked_id) on true
      order by cases.id desc`,
    values,
  })
  const items = read.flatMap((row) => (row.id === null ? [] : [toCase(row)]))
  const [first] = read
  const isAtEnd = Number(first?.walked ?? 0) < walked
  return { items, reached: isAtEnd || !first?.reached ? undefined : toUuid(first.reached) }
}

type Part = { readonly of: Walk | 'state' | 'queue' | 'priority' | 'kind' | 'age'; readonly text: string }

/** The conditions of the filter, apart from `open`, which every walk can check by itself. */
function partsOf(filter: CaseFilter, bind: (value: unknown) => string): readonly Part[] {
  const { state, queue, reason, owner, priority, kind, subject, isOverdue, olderThanSeconds } = filter
  const parts: Part[] = []
  if (subject !== undefined) parts.push({ of: 'subject', text: `subject_id = ${bind(subject)}` })
  if (owner !== undefined) parts.push({ of: 'owner', text: `owner = ${bind(owner)}` })
  if (reason !== undefined) parts.push({ of: 'reason', text: `reason = ${bind(reason)}` })
  if (isOverdue === true) parts.push({ of: 'overdue', text: 'due_at < now()' })
  if (isOverdue === false) parts.push({ of: 'overdue', text: `not ${overdueText}` })
  if (state === 'resolved') parts.push({ of: 'state', text: 'resolved_at is not null' })
  if (queue !== undefined) parts.push({ of: 'queue', text: `queue = ${bind(queue)}` })
  if (priority !== undefined) parts.push({ of: 'priority', text: `priority = ${bind(priority)}` })
  if (kind !== undefined) parts.push({ of: 'kind', text: `subject_kind = ${bind(kind)}` })
  if (olderThanSeconds !== undefined) parts.push({ of: 'age', text: `${ageText} > ${bind(olderThanSeconds)}::float8` })
  return parts
}
