import type { Uuid } from '#kernel'
import { newUuid } from '#platform/ids'
import { type Queryable, type Transaction, toUuid } from '#platform/postgres'
import type { CaseAction, CaseSubject } from './case.ts'
import type { ActedCase } from './queue.ts'

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

/** Ends an action that has not resolved the case. */
export async function leaveOpen(tx: Transaction, id: Uuid, detail: string): Promise<void> {
  await tx.query({
    text: 'update cases.cases set is_acting = false, detail = $2, revision = revision + 1 where id = $1',
    values: [id, detail],
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
