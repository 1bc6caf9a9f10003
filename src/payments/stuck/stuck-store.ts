import { newUuid } from '#platform/ids'
import type { BurstStep } from '#platform/postgres'
import type { StuckChange } from './stuck.ts'

/**
 * The steps of a burst that bring the stuck list up to date with what a batch of inputs did; none for
 * no changes. Of several changes to one subject the last one counts, and `decided` only counts when
 * it is the only one. To be sent while the payments' or payouts' rows are locked: that lock also
 * keeps two writers from one row here.
 */
export function stuckSteps(changes: readonly StuckChange[]): BurstStep[] {
  if (changes.length === 0) return []
  const last = new Map<string, StuckChange>()
  for (const change of changes) {
    const key = `${change.subject.kind} ${change.subject.id}`
    if (change.change === 'decided' && last.has(key)) continue
    last.set(key, change)
  }
  const all = [...last.values()]
  const marked = all.filter((change) => change.change === 'stuck')
  return [
    ...resolveSteps(marked.filter(({ isNext }) => isNext === true)),
    ...markSteps(marked),
    ...resolveSteps(all.filter(({ change }) => change === 'resolved')),
    ...endSteps(
      'stuck-decided',
      'set is_deciding = false',
      all.filter(({ change }) => change === 'decided'),
    ),
  ]
}

type Marked = Extract<StuckChange, { readonly change: 'stuck' }>

/** The age counts from when it first needed a person, so a row that is open keeps its `since`. */
function markSteps(marked: readonly Marked[]): BurstStep[] {
  if (marked.length === 0) return []
  const rows = marked.map(({ subject, book, reason, detail }) => ({
    id: newUuid(),
    book_id: book,
    subject_kind: subject.kind,
    subject_id: subject.id,
    reason,
    detail,
  }))
  return [
    {
      name: 'stuck-mark',
      text: `insert into payments.stuck (id, book_id, subject_kind, subject_id, reason, detail)
        select id, book_id, subject_kind, subject_id, reason, detail
        from json_to_recordset($1::json)
          as marked (id uuid, book_id integer, subject_kind text, subject_id uuid, reason text, detail text)
        on conflict (subject_kind, subject_id) where resolved_at is null and reason <> 'dead_letter'
        do update set reason = excluded.reason, detail = excluded.detail, is_deciding = false`,
      values: [JSON.stringify(rows)],
    },
  ]
}

function resolveSteps(resolved: readonly StuckChange[]): BurstStep[] {
  const set = `set resolved_at = now(), is_deciding = false,
        resolution = case when stuck.decision is null then 'settled' else stuck.decision end`
  return endSteps('stuck-resolve', set, resolved)
}

function endSteps(name: string, set: string, ended: readonly StuckChange[]): BurstStep[] {
  if (ended.length === 0) return []
  const rows = ended.map(({ subject }) => ({ subject_kind: subject.kind, subject_id: subject.id }))
  return [
    {
      name,
      text: `update payments.stuck
        ${set}
        from json_to_recordset($1::json) as ended (subject_kind text, subject_id uuid)
        where stuck.subject_kind = ended.subject_kind and stuck.subject_id = ended.subject_id
          and stuck.resolved_at is null and stuck.reason <> 'dead_letter'`,
      values: [JSON.stringify(rows)],
    },
  ]
}
