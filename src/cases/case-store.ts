import type { Uuid } from '#kernel'
import type { Principal } from '#platform/http'
import { newUuid } from '#platform/ids'
import { type Transaction, toUuid } from '#platform/postgres'
import type { Case, CaseAction } from './case.ts'
import { type CaseRow, caseTable } from './case-read-model.ts'

/** `withOthers` also locks the subject's open cases, which decide whether this one waits. Lock the subject first. */
export async function lockCase(
  tx: Transaction,
  { id, withOthers }: { readonly id: Uuid; readonly withOthers: boolean },
): Promise<Case | undefined> {
  const rows = await tx.query<LockedRow>({
    text: `select ${caseTable.columns}, stands_apart, rank
      from ${caseTable.from}
      where id = $1 or $2 and resolved_at is null and (queue, subject_kind, subject_id) = (
        select queue, subject_kind, subject_id from cases.cases where id = $1)
      order by id
      for update`,
    values: [id, withOthers],
  })
  const found = rows.find((row) => toUuid(row.id) === id)
  if (found === undefined) return undefined
  const isInLine = (row: LockedRow) => row.resolved_at === null && !row.stands_apart
  // The statement began before it had the locks, so what it counts may have changed.
  const isWaiting = isInLine(found) && rows.some((other) => isInLine(other) && other.rank > found.rank)
  return { ...caseTable.toItem(found), isWaiting }
}

type Acted = { readonly action: CaseAction; readonly evidence: string | undefined }

/** The stored action blocks any other. */
export async function storeAction(tx: Transaction, id: Uuid, { action, evidence }: Acted): Promise<void> {
  await tx.query({
    text: `update cases.cases set is_acting = true, last_action = $2, evidence = coalesce($3, evidence) where id = $1`,
    values: [id, action, evidence ?? null],
  })
}

/** A proposal at another revision has lapsed. */
export async function storeProposal(
  tx: Transaction,
  id: Uuid,
  { by, action }: { readonly by: Uuid; readonly action: CaseAction },
): Promise<void> {
  await tx.query({
    text: 'update cases.cases set proposed_by = $2, proposed_act = $3, proposed_revision = revision where id = $1',
    values: [id, by, action],
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
  act: {
    readonly case: Uuid
    readonly actor: Principal
    readonly action: CaseAction
    readonly text: string | undefined
  },
): Promise<void> {
  await tx.query({
    text: 'insert into cases.acts (id, case_id, actor, actor_kind, action, text) values ($1, $2, $3, $4, $5, $6)',
    values: [newUuid(), act.case, act.actor.id, act.actor.kind, act.action, act.text ?? null],
  })
}

type LockedRow = CaseRow & { readonly stands_apart: boolean; readonly rank: bigint }
