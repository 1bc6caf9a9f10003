import type { Uuid } from '#kernel'
import { newUuid } from '#platform/ids'
import { fromMicros, type Queryable, type Transaction, toUuid } from '#platform/postgres'
import type { CaseAction, CaseSubject } from './case.ts'
import type { ActedCase, CaseQueue } from './queue.ts'

export type LockedCase = ActedCase & {
  readonly queue: string
  readonly revision: number
  readonly isWaiting: boolean
  readonly isActing: boolean
  readonly isResolved: boolean
}

/** The subject of a case never changes, so it may be read before anything is locked. */
export async function findSubject(
  on: Queryable,
  books: readonly number[],
  id: Uuid,
): Promise<{ readonly queue: string; readonly book: number; readonly subject: CaseSubject } | undefined> {
  const rows = await on.query<SubjectRow>({
    text: `select queue, book_id, subject_kind, subject_id from cases.cases where book_id = any ($1::integer[]) and id = $2`,
    values: [books, id],
  })
  return rows.map((row) => ({ queue: row.queue, book: row.book_id, subject: toSubject(row) }))[0]
}

/** `withOthers` also locks the subject's open cases, which decide whether this one waits. Lock the subject first. */
export async function lockCase(
  tx: Transaction,
  { id, withOthers }: { readonly id: Uuid; readonly withOthers: boolean },
): Promise<LockedCase | undefined> {
  const rows = await tx.query<LockedRow>({
    text: `select id, book_id, queue, subject_kind, subject_id, reason, key, revision, is_acting, stands_apart, rank,
        resolved_at is not null as is_resolved
      from cases.cases
      where id = $1 or $2 and resolved_at is null and (queue, subject_kind, subject_id) = (
        select queue, subject_kind, subject_id from cases.cases where id = $1)
      order by id
      for update`,
    values: [id, withOthers],
  })
  const found = rows.find((row) => toUuid(row.id) === id)
  if (found === undefined) return undefined
  const isBefore = (other: LockedRow) => !other.is_resolved && !other.stands_apart && other.rank > found.rank
  return {
    ...{ id, book: found.book_id, queue: found.queue, subject: toSubject(found), reason: found.reason, key: found.key },
    revision: found.revision,
    isWaiting: !found.is_resolved && !found.stands_apart && rows.some(isBefore),
    isActing: found.is_acting,
    isResolved: found.is_resolved,
  }
}

type Acted = { readonly action: CaseAction; readonly evidence: string | undefined }

/** The stored action blocks any other. */
export async function storeAction(tx: Transaction, id: Uuid, { action, evidence }: Acted): Promise<void> {
  await tx.query({
    text: `update cases.cases set is_acting = true, last_action = $2, evidence = coalesce($3, evidence) where id = $1`,
    values: [id, action, evidence ?? null],
  })
}

export async function resolveCase(tx: Transaction, id: Uuid, { action, evidence }: Acted): Promise<void> {
  await tx.query({
    text: `update cases.cases set is_acting = false, last_action = $2, evidence = coalesce($3, evidence),
        resolved_at = now(), resolution = $2
      where id = $1`,
    values: [id, action, evidence ?? null],
  })
}

export async function storeOwner(tx: Transaction, id: Uuid, owner: string): Promise<void> {
  await tx.query({ text: 'update cases.cases set owner = $2 where id = $1', values: [id, owner] })
}

export async function insertAct(
  tx: Transaction,
  act: { readonly case: Uuid; readonly actor: Uuid; readonly action: CaseAction; readonly text: string | undefined },
): Promise<void> {
  await tx.query({
    text: 'insert into cases.acts (id, case_id, actor, action, text) values ($1, $2, $3, $4, $5)',
    values: [newUuid(), act.case, act.actor, act.action, act.text ?? null],
  })
}

/** A case that stands apart. `at`: microseconds. */
export type OccurredCase<Reason extends string = string, Kind extends string = string> = {
  readonly subject: CaseSubject<Kind>
  readonly book: number
  readonly reason: Reason
  readonly detail: string
  readonly at: number
}

/**
 * Opens a case for each subject that has none of the reason, unless an operator has resolved one since `at`. This may
 * be the end of an action on the subject's other cases, so they allow another one.
 */
export async function openOccurred<Reason extends string, Kind extends string>(
  tx: Transaction,
  queue: CaseQueue<Reason, Kind>,
  occurred: readonly OccurredCase<Reason, Kind>[],
): Promise<void> {
  await tx.query({
    name: 'cases-open-occurred',
    text: `with opened as (
        insert into cases.cases
          (id, book_id, queue, subject_kind, subject_id, reason, key, detail, priority, due_at, rank, stands_apart)
        select id, book_id, $1, subject_kind, subject_id, reason, '', detail, priority,
          now() + make_interval(secs => due), 0, true
        from json_to_recordset($2::json) as occurred
          (id uuid, book_id integer, subject_kind text, subject_id uuid, reason text, detail text, priority text,
           due integer, at bigint)
        where not exists (
          select from cases.cases seen
          where seen.queue = $1 and seen.subject_kind = occurred.subject_kind and seen.subject_id = occurred.subject_id
            and seen.reason = occurred.reason and seen.resolved_at >= ${fromMicros('occurred.at')})
        on conflict (queue, subject_kind, subject_id, reason, key) where resolved_at is null do nothing
        returning subject_kind, subject_id
      )
      update cases.cases set is_acting = false
      from opened
      where cases.queue = $1 and cases.subject_kind = opened.subject_kind and cases.subject_id = opened.subject_id
        and cases.resolved_at is null and cases.is_acting and not cases.stands_apart`,
    values: [
      queue.name,
      JSON.stringify(
        occurred.map(({ subject, book, reason, detail, at }) => ({
          ...{ id: newUuid(), book_id: book, subject_kind: subject.kind, subject_id: subject.id, reason, detail, at },
          ...{ priority: queue.reasons[reason].priority ?? 'normal', due: queue.reasons[reason].dueWithinSeconds },
        })),
      ),
    ],
  })
}

/** Resolves the subjects' open cases of a reason. `resolution` applies when no action was taken. */
export async function resolveOccurred<Reason extends string, Kind extends string>(
  tx: Transaction,
  queue: CaseQueue<Reason, Kind>,
  { subjects, reason, resolution }: ResolvedCases<Reason, Kind>,
): Promise<void> {
  await tx.query({
    name: 'cases-resolve-occurred',
    text: `update cases.cases set resolved_at = now(), resolution = coalesce(last_action, $3), is_acting = false
      from json_to_recordset($4::json) as ended (kind text, id uuid)
      where cases.queue = $1 and cases.reason = $2 and cases.resolved_at is null
        and cases.subject_kind = ended.kind and cases.subject_id = ended.id`,
    values: [queue.name, reason, resolution, JSON.stringify(subjects)],
  })
}

type ResolvedCases<Reason extends string, Kind extends string> = {
  readonly subjects: readonly CaseSubject<Kind>[]
  readonly reason: Reason
  readonly resolution: CaseAction
}

type SubjectRow = { queue: string; book_id: number; subject_kind: string; subject_id: string }

type LockedRow = SubjectRow & {
  id: string
  reason: string
  key: string
  revision: number
  is_acting: boolean
  stands_apart: boolean
  rank: bigint
  is_resolved: boolean
}

function toSubject(row: { readonly subject_kind: string; readonly subject_id: string }): CaseSubject {
  return { kind: row.subject_kind, id: toUuid(row.subject_id) }
}
