import type { Timestamp, Uuid } from '#kernel'
import type { Principal } from '#platform/http'
import { byId, equals, type ListTable, type Page, type PageRequest, readItem, readPage } from '#platform/lists'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import type { Case, CaseAction, CasePriority } from './case.ts'

export type CaseAct = {
  readonly id: Uuid
  readonly actor: Principal
  readonly action: CaseAction
  readonly text: string | undefined
  readonly at: Timestamp
}

/** SQL for the seconds that a case is or was open. */
export const ageText = 'extract(epoch from coalesce(resolved_at, now()) - since)'
export const overdueText = '(resolved_at is null and due_at < now())'

/** SQL for the kind of who has proposed an action, which that act says. A column of cases would be read by every list. */
const proposerKindText = `case when proposed_by is not null then (
    select actor_kind from cases.acts where case_id = cases.id and actor = proposed_by limit 1) end`

export const caseTable: ListTable<CaseRow, Case> = {
  from: 'cases.cases',
  columns: `cases.id, book_id, queue, subject_kind, subject_id, reason, key, detail, attempt_id, amount, asset, revision, priority,
    ${micros('since')} as since, ${micros('due_at')} as due_at, ${overdueText} as is_overdue,
    floor(${ageText})::integer as age_seconds, owner,
    (resolved_at is null and not stands_apart and exists (
      select from cases.cases newer
      where newer.queue = cases.queue and newer.subject_kind = cases.subject_kind and newer.subject_id = cases.subject_id
        and newer.resolved_at is null and not newer.stands_apart and newer.rank > cases.rank)) as is_waiting,
    is_acting, last_action, evidence, proposed_by, ${proposerKindText} as proposed_by_kind, proposed_act, proposed_revision, ${micros('resolved_at')} as resolved_at, resolution`,
  toItem: toCase,
  order: byId('cases.id'),
}

/** The subject of a case never changes, so it may be read before anything is locked. */
export function getCase(on: Queryable, books: readonly number[], id: Uuid): Promise<Case | undefined> {
  return readItem(on, caseTable, { text: 'where book_id = any ($1::integer[]) and id = $2', values: [books, id] })
}

type ActRow = {
  id: string
  actor: string
  actor_kind: Principal['kind'] | null
  action: CaseAction
  text: string | null
  at: bigint
}

const actTable: ListTable<ActRow, CaseAct> = {
  from: 'cases.acts',
  columns: `id, actor, actor_kind, action, text, ${micros('at')} as at`,
  toItem: ({ id, actor, actor_kind: kind, action, text, at }) => ({
    ...{ id: toUuid(id), actor: { kind: kind ?? 'key', id: toUuid(actor) }, action },
    text: text ?? undefined,
    at: Number(at),
  }),
  order: byId('id'),
}

/** The acts on a case, newest first. */
export function listActs(
  on: Queryable,
  { case: caseId, ...request }: PageRequest<Uuid> & { readonly case: Uuid },
): Promise<Page<CaseAct, Uuid>> {
  return readPage(on, actTable, { ...request, where: equals('case_id', caseId) })
}

export type OpenCases = {
  readonly queue: string
  readonly reason: string
  readonly open: number
  readonly oldestSeconds: number
}

export async function countOpen(on: Queryable): Promise<OpenCases[]> {
  const rows = await on.query<{ queue: string; reason: string; open: bigint; oldest: number }>({
    text: `select queue, reason, count(*) as open, floor(extract(epoch from now() - min(since)))::integer as oldest
      from cases.cases where resolved_at is null group by queue, reason`,
  })
  return rows.map(({ queue, reason, open, oldest }) => ({ queue, reason, open: Number(open), oldestSeconds: oldest }))
}

export type CaseRow = {
  id: string
  book_id: number
  queue: string
  subject_kind: string
  subject_id: string
  reason: string
  key: string
  detail: string
  attempt_id: string | null
  amount: bigint | null
  asset: string | null
  revision: number
  priority: CasePriority
  since: bigint
  due_at: bigint
  is_overdue: boolean
  age_seconds: number
  owner: string | null
  is_waiting: boolean
  is_acting: boolean
  last_action: CaseAction | null
  evidence: string | null
  proposed_by: string | null
  proposed_by_kind: Principal['kind'] | null
  proposed_act: CaseAction | null
  proposed_revision: number | null
  resolved_at: bigint | null
  resolution: string | null
}

function toCase(row: CaseRow): Case {
  return {
    id: toUuid(row.id),
    book: row.book_id,
    queue: row.queue,
    subject: { kind: row.subject_kind, id: toUuid(row.subject_id) },
    reason: row.reason,
    key: row.key,
    detail: row.detail,
    about: {
      attempt: row.attempt_id === null ? undefined : toUuid(row.attempt_id),
      amount: row.amount ?? undefined,
      asset: row.asset ?? undefined,
    },
    revision: row.revision,
    priority: row.priority,
    since: Number(row.since),
    dueAt: Number(row.due_at),
    isOverdue: row.is_overdue,
    ageSeconds: row.age_seconds,
    owner: row.owner ?? undefined,
    isWaiting: row.is_waiting,
    isActing: row.is_acting,
    lastAction: row.last_action ?? undefined,
    evidence: row.evidence ?? undefined,
    proposed: proposedIn(row),
    resolvedAt: row.resolved_at === null ? undefined : Number(row.resolved_at),
    resolution: row.resolution ?? undefined,
  }
}

function proposedIn({
  revision,
  proposed_by: by,
  proposed_by_kind: kind,
  proposed_act: action,
  proposed_revision: at,
}: CaseRow): Case['proposed'] {
  return by === null || action === null || at !== revision
    ? undefined
    : { by: { kind: kind ?? 'key', id: toUuid(by) }, action }
}
