import type { Timestamp } from '#kernel'
import { newUuid } from '#platform/ids'
import { type BurstStep, fromMicros } from '#platform/postgres'
import type { CaseAbout, CaseSubject } from './case.ts'
import type { CaseQueue, QueueReason } from './queue.ts'

/**
 * `open`: the case is open, or still is. It is skipped while a case with a reason in `unlessOpen` is open, because that
 * one covers it. `update`: if the case is open, it is about something else now. `resolve` without a reason resolves all
 * cases in line. `isReplaced`: the case that is opened with it continues it and keeps its age. `acted`: an action
 * changed nothing by itself, so another one is allowed.
 */
export type CaseChange<Reason extends string = string, Kind extends string = string> = {
  readonly subject: CaseSubject<Kind>
  readonly book: number
} & (
  | {
      readonly change: 'open'
      readonly about?: CaseAbout
      readonly reason: Reason
      readonly detail: string
      /** Default: by the reason. */
      readonly dueAt?: Timestamp
      readonly unlessOpen?: readonly Reason[]
    }
  | {
      readonly change: 'update'
      readonly about: CaseAbout
      readonly reason: Reason
      readonly sentence: ChangedSentence
    }
  | { readonly change: 'resolve'; readonly reason?: Reason; readonly isReplaced?: boolean }
  | { readonly change: 'acted' }
)

/** Of a detail. `after` takes the place of `before` at its end, or is added if it ends otherwise. */
export type ChangedSentence = { readonly before: string; readonly after: string }

/** Send the steps while the subjects' rows are locked: that lock also serializes the writers of their cases. */
export function caseSteps<Reason extends string, Kind extends string>(
  queue: CaseQueue<Reason, Kind>,
  changes: readonly CaseChange<Reason, Kind>[],
): BurstStep[] {
  return inRounds(queue, changes).flatMap((round) => {
    const values = [queue.name, JSON.stringify(round.map((summed) => toRow(queue, summed)))]
    const steps: BurstStep[] = [{ name: 'cases-change', text: changeText, values }]
    if (round.some(({ opened }) => opened.length > 0)) steps.push({ name: 'cases-open', text: openText, values })
    return steps
  })
}

type Opened = {
  readonly reason: string
  readonly detail: string
  readonly about: CaseAbout
  readonly dueAt: Timestamp | undefined
  readonly unlessOpen: readonly string[]
}

type Summed = {
  readonly subject: CaseSubject
  readonly book: number
  readonly over: Map<string, { readonly isReplaced: boolean }>
  readonly updated: Map<string, Extract<CaseChange, { readonly change: 'update' }>>
  opened: readonly Opened[]
  /** False: there are updates only, which have no effect on cases that are not open. */
  isCertain: boolean
}

/** Changes of one subject are one write, unless one depends on whether another had any effect. */
function inRounds(queue: CaseQueue, changes: readonly CaseChange[]): Summed[][] {
  const rounds: Map<string, Summed>[] = []
  let round = new Map<string, Summed>()
  for (const change of changes) {
    const { subject, book } = change
    const key = `${subject.kind} ${subject.id}`
    if (round.size === 0 || dependsOn(round.get(key), change)) {
      round = new Map()
      rounds.push(round)
    }
    const summed: Summed = round.get(key) ?? {
      ...{ subject, book, over: new Map(), updated: new Map(), opened: [], isCertain: false },
    }
    round.set(key, summed)
    add(queue, summed, change)
  }
  return rounds.map((each) => [...each.values()])
}

function dependsOn(before: Summed | undefined, change: CaseChange): boolean {
  if (before === undefined || change.change === 'acted') return false
  if (change.change === 'update') {
    return before.updated.has(change.reason) || before.opened.some(({ reason }) => reason === change.reason)
  }
  // A conditional case opens only when no `unlessOpen` case is open. That is known only after the write.
  const conditional = before.opened.filter(({ unlessOpen }) => unlessOpen.length > 0)
  if (change.change === 'resolve') {
    const { reason } = change
    return conditional.some(({ unlessOpen }) => reason === undefined || unlessOpen.includes(reason))
  }
  return conditional.some(({ reason }) => change.unlessOpen?.includes(reason))
}

function add(queue: CaseQueue, summed: Summed, change: CaseChange): void {
  const { over, opened, updated } = summed
  if (change.change !== 'update') summed.isCertain = true
  if (change.change === 'update') {
    updated.set(change.reason, change)
  } else if (change.change === 'open') {
    const { reason, detail, about = {}, dueAt, unlessOpen = [] } = change
    if (opened.some((other) => unlessOpen.includes(other.reason))) return
    const stillOpen = unlessOpen.filter((other) => !over.has(other))
    summed.opened = [
      { reason, detail, about, dueAt, unlessOpen: stillOpen },
      ...opened.filter((other) => other.reason !== reason),
    ]
  } else if (change.change === 'resolve') {
    const { reason, isReplaced = false } = change
    for (const each of reason === undefined ? reasonsInLine(queue) : [reason]) over.set(each, { isReplaced })
    summed.opened = opened.filter((other) => reason !== undefined && other.reason !== reason)
  }
}

function reasonsInLine({ reasons }: CaseQueue): string[] {
  return Object.keys(reasons).filter((reason) => reasons[reason]?.standsApart !== true)
}

function toRow(queue: CaseQueue, { subject, book, over, updated, opened, isCertain }: Summed) {
  const reasons: Readonly<Record<string, QueueReason>> = queue.reasons
  return {
    book_id: book,
    subject_kind: subject.kind,
    subject_id: subject.id,
    over: [...over.keys()],
    replaced: [...over].filter(([, { isReplaced }]) => isReplaced).map(([reason]) => reason),
    is_certain: isCertain,
    updated: Object.fromEntries(
      [...updated].map(([reason, { about, sentence }]) => [reason, { ...aboutRow(about), ...sentence }]),
    ),
    opened: opened.map(({ reason, detail, about, dueAt, unlessOpen }) => ({
      ...{ id: newUuid(), reason, detail, unlessOpen, dueAt, ...aboutRow(about) },
      ...{ due: reasons[reason]?.dueWithinSeconds, priority: reasons[reason]?.priority ?? 'normal' },
    })),
  }
}

function aboutRow({ attempt, amount, asset }: CaseAbout) {
  return { attempt, amount: amount?.toString(), asset }
}

const changedText = `changed as (
    select book_id, subject_kind, subject_id, over, replaced, is_certain, updated, opened from json_to_recordset($2::json) as changed
      (book_id integer, subject_kind text, subject_id uuid, over jsonb, replaced jsonb, is_certain boolean, updated jsonb, opened jsonb)
  )`

const ofSubject = ({ cases, subject }: { readonly cases: string; readonly subject: string }) =>
  `${cases}.queue = $1 and ${cases}.subject_kind = ${subject}.subject_kind and ${cases}.subject_id = ${subject}.subject_id`

const inLineText = `${ofSubject({ cases: 'cases', subject: 'changed' })} and cases.resolved_at is null and not cases.stands_apart`

const updatedText = `exists (
    select from cases.cases other
    where ${ofSubject({ cases: 'other', subject: 'changed' })} and other.resolved_at is null and not other.stands_apart
      and updated ? other.reason and not over ? other.reason
  )`

const beforeText = `updated -> reason ->> 'before'`
const detailText = `case when right(detail, length(${beforeText})) = ${beforeText}
      then left(detail, length(detail) - length(${beforeText})) else detail end || (updated -> reason ->> 'after')`

// Cases in line with a changed one may be acted on again. Their revision grows: operators decide by all cases in line.
const changeText = `with ${changedText}, resolved as (
    update cases.cases set is_acting = false, resolved_at = now(), resolution = case when replaced ? reason then 'replaced' else coalesce(last_action, 'settled') end,
      revision = revision + 1
    from changed
    where ${inLineText} and over ? reason
    returning cases.subject_kind, cases.subject_id
  )
  update cases.cases set is_acting = false,
    revision = revision + (opened <> '[]' or ${updatedText} or exists (
      select from resolved where resolved.subject_kind = changed.subject_kind and resolved.subject_id = changed.subject_id
    ))::integer,
    detail = case when updated ? reason then ${detailText} else detail end,
    attempt_id = case when updated ? reason then (updated -> reason ->> 'attempt')::uuid else attempt_id end,
    amount = case when updated ? reason then (updated -> reason ->> 'amount')::bigint else amount end,
    asset = case when updated ? reason then updated -> reason ->> 'asset' else asset end
  from changed
  where ${inLineText} and not over ? reason and (is_certain or ${updatedText})`

// A new case inherits the owner of the subject's newest case and the age of a replaced one; both may have ended in this
// transaction. Two concurrent writers, for a report without a subject, open the same case.
const openText = `with ${changedText}, listed as (
    select book_id, subject_kind, subject_id, replaced, given.value, given.place, jsonb_array_length(opened) as total,
      coalesce((select max(rank) from cases.cases where ${ofSubject({ cases: 'cases', subject: 'changed' })} and resolved_at is null), 0) as rank
    from changed cross join lateral jsonb_array_elements(opened) with ordinality as given (value, place)
    where not exists (
      select from cases.cases
      where ${ofSubject({ cases: 'cases', subject: 'changed' })} and resolved_at is null and given.value -> 'unlessOpen' ? reason)
  )
  insert into cases.cases (id, book_id, queue, subject_kind, subject_id, reason, key, detail, attempt_id, amount, asset,
      priority, rank, owner, since, due_at)
  select (value ->> 'id')::uuid, book_id, $1, subject_kind, subject_id, value ->> 'reason', '', value ->> 'detail',
    (value ->> 'attempt')::uuid, (value ->> 'amount')::bigint, value ->> 'asset', value ->> 'priority', listed.rank + total - place + 1, before.owner, coalesce(before.since, now()),
    coalesce(${fromMicros(`(value ->> 'dueAt')::bigint`)}, coalesce(before.since, now()) + make_interval(secs => (value ->> 'due')::integer))
  from listed left join lateral (
    select (array_agg(owner order by rank desc))[1] as owner,
      min(since) filter (where resolved_at is not null and listed.replaced ? reason) as since
    from cases.cases
    where ${ofSubject({ cases: 'cases', subject: 'listed' })} and not stands_apart and (resolved_at is null or resolved_at = now())
  ) before on true
  on conflict (queue, subject_kind, subject_id, reason, key) where resolved_at is null
  do update set detail = excluded.detail, attempt_id = excluded.attempt_id, amount = excluded.amount,
    asset = excluded.asset, rank = excluded.rank, is_acting = false`
