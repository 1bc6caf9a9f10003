import type { Uuid } from '#kernel'
import {
  allOf,
  type Condition,
  equals,
  filterById,
  given,
  type Page,
  type PageRequest,
  type Stream,
  scanById,
  streamOf,
  toPage,
} from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import type { Case, CasePriority } from './case.ts'
import { ageText, caseTable, overdueText } from './case-read-model.ts'

/** Every given part must match. */
export type CaseFilter = {
  readonly state: 'open' | 'resolved' | 'all'
  readonly queue?: string | undefined
  readonly reason?: string | undefined
  readonly owner?: string | undefined
  readonly priority?: CasePriority | undefined
  readonly kind?: string | undefined
  readonly subject?: Uuid | undefined
  readonly isOverdue?: boolean | undefined
  readonly olderThanSeconds?: number | undefined
}

export type CaseListQuery = PageRequest<Uuid> & { readonly books: readonly number[]; readonly filter: CaseFilter }

/** Overdue cases are rare. Up to so many are read along their index and sorted. */
const overdueMax = 1_000

export async function listCases(on: Queryable, query: CaseListQuery): Promise<Page<Case, Uuid>> {
  const { limit, cursor, books } = query
  const filter = withoutContradiction(query.filter)
  if (filter === undefined) return { items: [], next: undefined }
  const parts = partsOf(filter)
  const part = chooseStream(filter)
  const answered = [...isOpen(filter), ...(part === undefined ? [] : parts[part])]
  const streams = books.map((book) => streamOf(caseTable, [...equals('book_id', book), ...answered]))
  const list = { table: caseTable, within: [], streams, checks: withoutPart(parts, part) }
  if (filter.isOverdue === true && part !== 'subject' && part !== 'owner') {
    const isAfterCursor: Condition = (bind) => `id < ${bind(cursor ?? caseTable.order.start)}::uuid`
    const checks = [...withoutPart(parts, 'overdue'), isAfterCursor]
    const overdue = { ...list, streams: books.map((book) => streamByDueTime(book, parts.overdue)), checks }
    const { items, reached } = await scanById(on, overdue, { wanted: limit + 1, rows: overdueMax + 1 })
    if (reached === undefined) return toPage(items, limit, ({ id }) => id)
  }
  return await filterById(on, list, { limit, cursor })
}

/** Only open cases are overdue. Undefined when no case can match. */
function withoutContradiction(filter: CaseFilter): CaseFilter | undefined {
  if (filter.isOverdue !== true) return filter
  return filter.state === 'resolved' ? undefined : { ...filter, state: 'open' }
}

const isOpen = ({ state }: CaseFilter): Condition[] => (state === 'open' ? [() => 'resolved_at is null'] : [])

/** The part of the filter that has an index; undefined: the book has. Those of owners and reasons have only open cases. */
function chooseStream({ state, subject, owner, reason }: CaseFilter): 'subject' | 'owner' | 'reason' | undefined {
  if (subject !== undefined) return 'subject'
  if (state !== 'open') return undefined
  if (owner !== undefined) return 'owner'
  return reason === undefined ? undefined : 'reason'
}

function streamByDueTime(book: number, overdue: readonly Condition[]): Stream {
  return ({ bind, fits, rows }) => `select id as scanned_id, ${fits} as fits from ${caseTable.from}
    where book_id = ${bind(book)} and resolved_at is null and ${allOf(overdue, bind)} order by due_at limit ${rows}`
}

type Parts = ReturnType<typeof partsOf>

/** The conditions of the filter, apart from `open`, which every stream can answer. */
function partsOf(filter: CaseFilter) {
  const { state, isOverdue, olderThanSeconds } = filter
  return {
    subject: equals('subject_id', filter.subject),
    owner: equals('owner', filter.owner),
    reason: equals('reason', filter.reason),
    overdue: given(isOverdue, (wanted) => (wanted ? 'due_at < now()' : `not ${overdueText}`)),
    state: state === 'resolved' ? [() => 'resolved_at is not null'] : [],
    queue: equals('queue', filter.queue),
    priority: equals('priority', filter.priority),
    kind: equals('subject_kind', filter.kind),
    age: given(olderThanSeconds, (seconds, bind) => `${ageText} > ${bind(seconds)}::float8`),
  }
}

function withoutPart(parts: Parts, part: keyof Parts | undefined): Condition[] {
  return Object.entries(parts).flatMap(([name, conditions]) => (name === part ? [] : conditions))
}
