import { newUuid } from '#platform/ids'
import type { BurstStep } from '#platform/postgres'
import type { StuckReason } from '../machine.ts'
import { stuckReasons } from '../machine.ts'
import type { Matter } from './matters.ts'
import type { StuckChange, StuckSubject } from './stuck.ts'

/**
 * The steps of a burst that apply the changes of a batch of inputs to the stuck list, in the given order; none for no
 * changes. `decided` counts only when it is the only change of its subject. Send them while the rows of the payments or
 * payouts are locked: that lock also keeps two writers from one row here.
 */
export function stuckSteps(changes: readonly StuckChange[]): BurstStep[] {
  return inRounds(changes).flatMap(roundSteps)
}

function roundSteps(round: readonly Summed[]): BurstStep[] {
  const values = [JSON.stringify(round.map(toRow))]
  const steps: BurstStep[] = [{ name: 'stuck-change', text: changeText, values }]
  if (round.some(({ gone }) => gone.size > 0)) {
    steps.unshift({ name: 'stuck-keep-ended', text: keepEndedText, values })
    steps.push({ name: 'stuck-next', text: nextText, values }, { name: 'stuck-passed-on', text: passedOnText, values })
  }
  if (round.some(({ put }) => put.length > 0)) steps.push({ name: 'stuck-open', text: openText, values })
  return steps
}

type Put = Matter & { readonly unlessOpen: readonly StuckReason[] }

/** A batch's changes of one subject: the matters that are over, and those put before all others, in their order. */
type Summed = {
  readonly subject: StuckSubject
  readonly book: number
  readonly gone: Map<StuckReason, { readonly isReplaced: boolean }>
  put: readonly Put[]
}

/** Changes of one subject are one write, unless the effect of one depends on whether another had any. */
function inRounds(changes: readonly StuckChange[]): Summed[][] {
  const rounds: Map<string, Summed>[] = []
  let round = new Map<string, Summed>()
  for (const change of changes) {
    const { subject, book } = change
    const key = `${subject.kind} ${subject.id}`
    if (round.size === 0 || dependsOn(round.get(key), change)) {
      round = new Map()
      rounds.push(round)
    }
    const summed: Summed = round.get(key) ?? { subject, book, gone: new Map(), put: [] }
    round.set(key, summed)
    add(summed, change)
  }
  return rounds.map((each) => [...each.values()])
}

function dependsOn(before: Summed | undefined, change: StuckChange): boolean {
  if (before === undefined || change.change === 'decided') return false
  // A conditional matter is added only when none of its `unlessOpen` is open. That is known only after the write.
  const conditional = before.put.filter(({ unlessOpen }) => unlessOpen.length > 0)
  if (change.change === 'resolved') {
    const { reason } = change
    return conditional.some(({ unlessOpen }) => reason === undefined || unlessOpen.includes(reason))
  }
  return conditional.some((other) => change.unlessOpen?.includes(other.reason))
}

function add(summed: Summed, change: StuckChange): void {
  const { gone, put } = summed
  if (change.change === 'stuck') {
    const { reason, detail, unlessOpen = [] } = change
    if (put.some((other) => unlessOpen.includes(other.reason))) return
    const stillOpen = unlessOpen.filter((other) => !gone.has(other))
    summed.put = [{ reason, detail, unlessOpen: stillOpen }, ...put.filter((other) => other.reason !== reason)]
  } else if (change.change === 'resolved') {
    const { reason, isReplaced = false } = change
    for (const over of reason === undefined ? stuckReasons : [reason]) gone.set(over, { isReplaced })
    summed.put = put.filter((other) => reason !== undefined && other.reason !== reason)
  }
}

function toRow({ subject, book, gone, put }: Summed) {
  return {
    id: newUuid(),
    book_id: book,
    subject_kind: subject.kind,
    subject_id: subject.id,
    gone: Object.fromEntries([...gone].map(([reason, { isReplaced }]) => [reason, { id: newUuid(), isReplaced }])),
    put,
  }
}

const changedText = `changed as (
    select id, book_id, subject_kind, subject_id, gone, put from json_to_recordset($1::json) as changed
      (id uuid, book_id integer, subject_kind text, subject_id uuid, gone jsonb, put jsonb)
  )`

const openOfChanged = `stuck.subject_kind = changed.subject_kind and stuck.subject_id = changed.subject_id
      and stuck.resolved_at is null and stuck.reason <> 'dead_letter'`

// A matter that waited and is over without having been shown is kept as a resolved entry.
const keepEndedText = `with ${changedText}
  insert into payments.stuck
    (id, book_id, subject_kind, subject_id, reason, detail, since, owner, decision, evidence, resolved_at, resolution)
  select (gone -> matter.reason ->> 'id')::uuid, stuck.book_id, stuck.subject_kind, stuck.subject_id, matter.reason,
    matter.detail, matter.since, stuck.owner, matter.decision, matter.evidence, now(), coalesce(matter.decision, 'settled')
  from changed join payments.stuck on ${openOfChanged}
    cross join lateral jsonb_to_recordset(stuck.waiting) as matter
      (reason text, detail text, since timestamptz, decision text, evidence text)
  where gone ? matter.reason`

// The revision also grows by a matter that another one covers: the entry is then about more. The first matter that is
// left is shown. An entry whose own matter is over ends with it, and keeps the rest for the entry that follows. The age
// counts from when it first needed an operator, so an entry that stays keeps its "since".
const changeText = `with ${changedText}, open as (
    select stuck.id, stuck.reason, changed.gone, changed.put, jsonb_build_array(jsonb_build_object('reason', stuck.reason,
        'detail', stuck.detail, 'since', stuck.since, 'decision', stuck.decision, 'evidence', stuck.evidence))
      || coalesce(stuck.waiting, '[]') as matters
    from changed join payments.stuck on ${openOfChanged}
  ), known as (
    select open.id, place, matter
    from open cross join lateral jsonb_array_elements(open.matters) with ordinality as listed (matter, place)
    where not gone ? (matter ->> 'reason')
  ), put as (
    select open.id, place, jsonb_build_object('reason', matter -> 'reason', 'detail', matter -> 'detail', 'since', now(),
        'decision', case when matter ->> 'reason' = open.reason and not gone ? open.reason then open.matters -> 0 -> 'decision' end,
        'evidence', case when matter ->> 'reason' = open.reason and not gone ? open.reason then open.matters -> 0 -> 'evidence' end
      ) as matter
    from open cross join lateral jsonb_array_elements(open.put) with ordinality as listed (matter, place)
    where not exists (
      select from jsonb_array_elements(open.matters) as other where matter -> 'unlessOpen' ? (other ->> 'reason'))
  ), listed as (
    select id, matter, true as is_put, place from put
    union all
    select id, matter, false, place from known
    where not exists (
      select from put where put.id = known.id and put.matter -> 'reason' = known.matter -> 'reason')
  ), left_over as (
    select open.id, coalesce(matters.list, '[]') as list,
      open.put <> '[]' or coalesce(matters.list, '[]') <> open.matters as is_changed,
      matters.list is null or coalesce(not (gone -> open.reason -> 'isReplaced')::boolean, false) as is_end
    from open left join (
      select id, jsonb_agg(matter order by is_put desc, place) as list from listed group by id
    ) matters using (id)
  )
  update payments.stuck set
    is_deciding = false,
    revision = stuck.revision + is_changed::integer,
    resolved_at = case when is_end then now() end,
    resolution = case when is_end then coalesce(stuck.decision, 'settled') end,
    reason = case when is_end then stuck.reason else list -> 0 ->> 'reason' end,
    detail = case when is_end then stuck.detail else list -> 0 ->> 'detail' end,
    decision = case when is_end then stuck.decision else list -> 0 ->> 'decision' end,
    evidence = case when is_end then stuck.evidence else list -> 0 ->> 'evidence' end,
    waiting = nullif(case when is_end then list else list - 0 end, '[]')
  from left_over
  where stuck.id = left_over.id`

const endedOfChanged = `stuck.subject_kind = changed.subject_kind and stuck.subject_id = changed.subject_id
      and stuck.resolved_at is not null and stuck.waiting is not null`

// The first matter that waited behind a resolved entry is the next entry, open since it first needed an operator.
const nextText = `with ${changedText}
  insert into payments.stuck
    (id, book_id, subject_kind, subject_id, reason, detail, since, owner, decision, evidence, waiting)
  select changed.id, stuck.book_id, stuck.subject_kind, stuck.subject_id, waiting -> 0 ->> 'reason',
    waiting -> 0 ->> 'detail', (waiting -> 0 ->> 'since')::timestamptz, stuck.owner, waiting -> 0 ->> 'decision',
    waiting -> 0 ->> 'evidence', nullif(waiting - 0, '[]')
  from changed join payments.stuck on ${endedOfChanged}`

const passedOnText = `with ${changedText}
  update payments.stuck set waiting = null
  from changed
  where ${endedOfChanged}`

// Two writers that open an entry at once, for an event of a rail, open the same one.
const openText = `with ${changedText}
  insert into payments.stuck (id, book_id, subject_kind, subject_id, reason, detail, waiting)
  select id, book_id, subject_kind, subject_id, put -> 0 ->> 'reason', put -> 0 ->> 'detail', (
      select jsonb_agg(jsonb_build_object('reason', matter -> 'reason', 'detail', matter -> 'detail', 'since', now(),
        'decision', null, 'evidence', null) order by place)
      from jsonb_array_elements(put - 0) with ordinality as listed (matter, place))
  from changed
  where put <> '[]' and not exists (select from payments.stuck where ${openOfChanged})
  on conflict (subject_kind, subject_id) where resolved_at is null and reason <> 'dead_letter'
  do update set reason = excluded.reason, detail = excluded.detail, is_deciding = false, revision = stuck.revision + 1`
