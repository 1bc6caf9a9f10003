import type { Uuid } from '#kernel'
import { newUuid } from '#platform/ids'
import { type BurstStep, type Transaction, toUuid } from '#platform/postgres'
import type { CaseAction, CaseSubject } from './case.ts'
import type { CaseQueue } from './queue.ts'

type OccurredSubject<Kind extends string = string> = CaseSubject<Kind> & { readonly book: number }

/** Cases of one reason that stand apart. Several of the subjects may be the same. */
export type OccurredCases<Reason extends string = string, Kind extends string = string> = {
  readonly reason: Reason
  readonly subjects: readonly OccurredSubject<Kind>[]
  /** What the cases say. Called when they are locked, so that it can read what other transactions have added. */
  readonly detailsOf: (subjects: readonly Uuid[]) => Promise<(subject: Uuid) => string>
}

/**
 * Opens a case for each subject that has none of the reason. An open case gets the new details and another revision, so
 * that no operator acts on what was not shown. This may be the end of an action on the subject's other cases, so they
 * allow another one.
 */
export async function openOccurred<Reason extends string, Kind extends string>(
  tx: Transaction,
  queue: CaseQueue<Reason, Kind>,
  occurred: OccurredCases<Reason, Kind>,
): Promise<void> {
  await tx.burst([
    { name: 'cases-lock-occurred', text: lockText, values: valuesOf(queue, occurred) },
    { name: 'cases-open-occurred', text: openText, values: valuesToOpen(queue, occurred) },
    endActionsStep(queue, occurred),
  ])
  await storeDetails(tx, queue, occurred)
}

/** Opens a case for each subject that has none of the reason, and changes no open one. */
export async function openMissing<Reason extends string, Kind extends string>(
  tx: Transaction,
  queue: CaseQueue<Reason, Kind>,
  occurred: OccurredCases<Reason, Kind>,
): Promise<void> {
  const [opened] = await tx.burst([
    { name: 'cases-open-missing', text: openMissingText, values: valuesToOpen(queue, occurred) },
  ])
  const ids = new Set((opened?.rows ?? []).map(([id]) => toUuid(id)))
  const missing = { ...occurred, subjects: occurred.subjects.filter(({ id }) => ids.has(id)) }
  if (missing.subjects.length === 0) return
  await tx.burst([endActionsStep(queue, missing)])
  await storeDetails(tx, queue, missing)
}

type SubjectsOfReason<Reason extends string, Kind extends string> = {
  readonly reason: Reason
  readonly subjects: readonly CaseSubject<Kind>[]
}

/** Locks the subjects' open cases of a reason: until the transaction ends, none of them is opened again or acted on. */
export async function lockOccurred<Reason extends string, Kind extends string>(
  tx: Transaction,
  queue: CaseQueue<Reason, Kind>,
  occurred: SubjectsOfReason<Reason, Kind>,
): Promise<void> {
  await tx.burst([{ name: 'cases-lock-reason', text: lockReasonText, values: valuesOf(queue, occurred) }])
}

/** Resolves the subjects' open cases of a reason. `resolution` applies when no action was taken. Lock them before. */
export async function resolveOccurred<Reason extends string, Kind extends string>(
  tx: Transaction,
  queue: CaseQueue<Reason, Kind>,
  { resolution, ...occurred }: SubjectsOfReason<Reason, Kind> & { readonly resolution: CaseAction },
): Promise<void> {
  await tx.burst([
    { name: 'cases-resolve-occurred', text: resolveText, values: [...valuesOf(queue, occurred), resolution] },
  ])
}

async function storeDetails<Reason extends string, Kind extends string>(
  tx: Transaction,
  queue: CaseQueue<Reason, Kind>,
  { reason, subjects, detailsOf }: OccurredCases<Reason, Kind>,
): Promise<void> {
  const detailOf = await detailsOf([...new Set(subjects.map(({ id }) => id))])
  const rows = distinct(subjects).map((subject) => ({ ...named(subject), detail: detailOf(subject.id) }))
  await tx.burst([
    { name: 'cases-store-details', text: detailsText, values: [queue.name, JSON.stringify(rows), reason] },
  ])
}

function valuesOf<Reason extends string, Kind extends string>(
  queue: CaseQueue<Reason, Kind>,
  { reason, subjects }: SubjectsOfReason<Reason, Kind>,
): string[] {
  return [queue.name, JSON.stringify(distinct(subjects).map(named)), reason]
}

function valuesToOpen<Reason extends string, Kind extends string>(
  queue: CaseQueue<Reason, Kind>,
  { reason, subjects }: OccurredCases<Reason, Kind>,
): string[] {
  const { priority = 'normal', dueWithinSeconds } = queue.reasons[reason]
  const rows = distinct(subjects).map((subject) => ({ ...named(subject), id: newUuid(), book_id: subject.book }))
  return [queue.name, JSON.stringify(rows), reason, priority, dueWithinSeconds.toString()]
}

function distinct<Subject extends CaseSubject>(subjects: readonly Subject[]): Subject[] {
  return [...new Map(subjects.map((subject) => [`${subject.kind} ${subject.id}`, subject])).values()]
}

function named({ kind, id }: CaseSubject): { readonly subject_kind: string; readonly subject_id: string } {
  return { subject_kind: kind, subject_id: id }
}

function endActionsStep<Reason extends string, Kind extends string>(
  queue: CaseQueue<Reason, Kind>,
  { subjects }: SubjectsOfReason<Reason, Kind>,
): BurstStep {
  const values = [queue.name, JSON.stringify(distinct(subjects).map(named))]
  return { name: 'cases-end-actions', text: endActionsText, values }
}

const occurredText = 'json_to_recordset($2::json) as occurred (subject_kind text, subject_id uuid)'
const ofOccurred =
  'cases.queue = $1 and cases.subject_kind = occurred.subject_kind and cases.subject_id = occurred.subject_id'
const isLocked = `queue = $1 and resolved_at is null
    and (subject_kind, subject_id) in (select subject_kind, subject_id from ${occurredText})`

// In the order in which an operator's action locks the cases of a subject.
const lockText = `select id from cases.cases
  where ${isLocked} and (reason = $3 or is_acting and not stands_apart)
  order by id for update`

const lockReasonText = `select id from cases.cases where ${isLocked} and reason = $3 order by id for update`

const openedText = `json_to_recordset($2::json) as occurred (id uuid, book_id integer, subject_kind text, subject_id uuid)`

// Ordered, so that two transactions with the same subjects wait for each other and do not deadlock.
const insertText = (condition: string) => `insert into cases.cases as open
    (id, book_id, queue, subject_kind, subject_id, reason, key, detail, priority, due_at, rank, stands_apart)
  select id, book_id, $1, subject_kind, subject_id, $3, '', '', $4, now() + make_interval(secs => $5::integer), 0, true
  from ${openedText}
  where ${condition}
  order by subject_kind, subject_id
  on conflict (queue, subject_kind, subject_id, reason, key) where resolved_at is null`

const openText = `${insertText('true')} do update set revision = open.revision + 1`

// A case that is open is not looked at again, whoever holds its lock: nothing here waits for an operator.
const openMissingText = `${insertText(`not exists (
    select from cases.cases where ${ofOccurred} and cases.reason = $3 and cases.resolved_at is null)`)} do nothing
  returning subject_id`

const endActionsText = `update cases.cases set is_acting = false from ${occurredText}
  where ${ofOccurred} and cases.resolved_at is null and cases.is_acting and not cases.stands_apart`

const detailsText = `update cases.cases set detail = occurred.detail
  from json_to_recordset($2::json) as occurred (subject_kind text, subject_id uuid, detail text)
  where ${ofOccurred} and cases.reason = $3 and cases.resolved_at is null`

const resolveText = `update cases.cases set resolved_at = now(), resolution = coalesce(last_action, $4), is_acting = false
  from ${occurredText}
  where ${ofOccurred} and cases.reason = $3 and cases.resolved_at is null`
