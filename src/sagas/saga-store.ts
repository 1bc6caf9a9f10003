import type { Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import { micros, type Queryable, type Transaction, toUuid } from '#platform/postgres'
import type { CoordinatorName, Saga, SagaFacts, SagaState, StepRow, StepState } from './saga.ts'

const sagaColumns = 's.id, s.book_id, s.kind, s.subject, s.vendor, s.lane, s.coordinator, s.payload, s.state, s.reason'
const stepColumns = 't.place, t.name, t.state, t.reason, t.result, t.waits_for, t.is_late, t.settled, t.to_settle'

export async function insertSaga(tx: Transaction, saga: SagaFacts, steps: readonly string[]): Promise<void> {
  await tx.query({
    name: 'sagas-insert',
    text: `with saga as (
        insert into sagas.sagas (id, book_id, kind, subject, vendor, lane, coordinator, payload)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
      )
      insert into sagas.steps (saga, place, name)
      select $1, step.place, step.name from unnest($9::text[]) with ordinality step (name, place)`,
    values: [
      saga.id,
      saga.book,
      saga.kind,
      saga.subject,
      saga.vendor,
      saga.lane,
      saga.coordinator,
      saga.payload,
      steps,
    ],
  })
}

export async function findSaga(on: Queryable, id: Uuid): Promise<Saga | undefined> {
  const rows = await on.query<SagaRow>({
    name: 'sagas-find',
    text: `select ${sagaColumns} from sagas.sagas s where s.id = $1`,
    values: [id],
  })
  return rows.map(toSaga)[0]
}

export async function lockSaga(tx: Transaction, id: Uuid): Promise<Saga | undefined> {
  const rows = await tx.query<SagaRow>({
    name: 'sagas-lock',
    text: `select ${sagaColumns} from sagas.sagas s where s.id = $1 for update`,
    values: [id],
  })
  return rows.map(toSaga)[0]
}

export async function readSteps(on: Queryable, saga: Uuid): Promise<StepRow[]> {
  const rows = await on.query<StepRecord>({
    name: 'sagas-read-steps',
    text: `select ${stepColumns} from sagas.steps t where t.saga = $1 order by t.place`,
    values: [saga],
  })
  return rows.map(toStep)
}

export async function lockStep(tx: Transaction, saga: Uuid, name: string): Promise<StepRow | undefined> {
  const rows = await tx.query<StepRecord>({
    name: 'sagas-lock-step',
    text: `select ${stepColumns} from sagas.steps t where t.saga = $1 and t.name = $2 for update`,
    values: [saga, name],
  })
  return rows.map(toStep)[0]
}

export async function updateStep(tx: Transaction, saga: Uuid, step: StepRow): Promise<void> {
  await tx.query({
    name: 'sagas-update-step',
    text: `update sagas.steps t
      set state = $3, reason = $4, result = $5, waits_for = $6, to_settle = $7, changed_at = now()
      where t.saga = $1 and t.place = $2`,
    values: [
      ...[saga, step.place, step.state, step.reason ?? null, step.result ?? null],
      ...[step.waitsFor ?? null, step.toSettle ?? null],
    ],
  })
}

/** The first reason is kept. */
export async function markReversing(tx: Transaction, id: Uuid, reason: string): Promise<void> {
  await tx.query({
    name: 'sagas-mark-reversing',
    text: `update sagas.sagas s set state = 'reversing', reason = coalesce(s.reason, $2), changed_at = now()
      where s.id = $1 and s.state in ('running', 'completed')`,
    values: [id, reason],
  })
}

const isDiscarded = 'replayed_at is null and discarded_at is not null'

/** Undefined when no dead letter requests a reversal. The caller has discarded the letters. */
export async function findReversal(tx: Transaction, id: Uuid): Promise<string | undefined> {
  const rows = await tx.query<{ reason: string | null }>({
    name: 'sagas-find-reversal',
    text: `select payload::json ->> 'reason' as reason from lanes.dead_letters
      where subject = $1 and ${isDiscarded} and kind = 'saga.step' and payload::json ->> 'do' = 'compensation'
      order by id desc limit 1`,
    values: [id],
  })
  return rows[0]?.reason ?? undefined
}

/** Late effects of which only a dead letter tells. The caller has discarded the letters. */
export async function findLateEffects(tx: Transaction, id: Uuid): Promise<LateEffect[]> {
  const rows = await tx.query<{ payload: string }>({
    name: 'sagas-find-late-effects',
    text: `select payload from lanes.dead_letters
      where subject = $1 and ${isDiscarded} and kind = 'saga.step' and payload::json ->> 'do' = 'late'
      order by id`,
    values: [id],
  })
  return rows.map(({ payload }) => JSON.parse(payload) as LateEffect)
}

export async function cancelPendingSteps(tx: Transaction, saga: Uuid): Promise<void> {
  await tx.query({
    name: 'sagas-cancel-pending-steps',
    text: `update sagas.steps t set state = 'canceled', changed_at = now()
      where t.saga = $1 and t.state = 'pending'`,
    values: [saga],
  })
}

/** Returns the reason for the reversal. */
export async function markEnded(
  tx: Transaction,
  id: Uuid,
  state: 'completed' | 'reversed' | 'stuck',
): Promise<string | undefined> {
  const rows = await tx.query<{ reason: string | null }>({
    name: 'sagas-mark-ended',
    text: 'update sagas.sagas s set state = $2, changed_at = now() where s.id = $1 returning s.reason',
    values: [id, state],
  })
  return rows[0]?.reason ?? undefined
}

export async function reviveFailedSteps(tx: Transaction, id: Uuid, state: StepState): Promise<string[]> {
  const rows = await tx.query<{ name: string }>({
    name: 'sagas-revive-failed-steps',
    text: `with saga as (
        update sagas.sagas s set state = 'reversing', changed_at = now()
        where s.id = $1 and s.state = 'stuck' returning s.id
      )
      update sagas.steps t set state = $2, reason = coalesce($3, t.reason), changed_at = now(),
        settled = case when $3 is null then t.settled else t.to_settle end
      from saga where t.saga = saga.id and t.state = 'failed' returning t.name`,
    values: [id, state, state === 'compensated' ? settledByHand : null],
  })
  return rows.map(({ name }) => name)
}

const isReversed = `s.state in ('reversing', 'reversed', 'stuck')`
const settledByHand = 'settled_by_hand'
/** An operator who has compensated a step in another way has settled what was left then. Without `settled`: all. */
const isEnded = `t.state in ('refused', 'compensated', 'canceled')
        and (t.reason is distinct from '${settledByHand}' or t.settled is not null)`

/** When the step ended, if {@link reopenStep} would reopen it now. Locks nothing. */
export async function findReopenable(
  on: Queryable,
  { saga, step }: { readonly saga: Uuid; readonly step: string },
): Promise<string | undefined> {
  const rows = await on.query<{ ended_at: string }>({
    name: 'sagas-find-reopenable-step',
    text: `select ${micros('t.changed_at')}::text as ended_at
      from sagas.steps t join sagas.sagas s on s.id = t.saga
      where t.saga = $1 and t.name = $2 and ${isReversed} and ${isEnded}`,
    values: [saga, step],
  })
  return rows[0]?.ended_at
}

export type LateEffect = { readonly step: string; readonly endedAt: string; readonly ended?: Uuid }

/**
 * Reopens an ended step that has an effect to compensate after all. False when it has changed since `endedAt`. The
 * caller has locked the saga or the step.
 */
export async function reopenStep(tx: Transaction, id: Uuid, { step, endedAt, ended }: LateEffect): Promise<boolean> {
  const rows = await tx.query<{ name: string }>({
    name: 'sagas-reopen-step',
    text: `with step as (
        select t.place from sagas.steps t
        where t.saga = $1 and t.name = $2 and ${isEnded} and ${micros('t.changed_at')} = $4
      ), saga as (
        update sagas.sagas s
        set state = case when s.state = 'reversed' then 'reversing' else s.state end, changed_at = now()
        where s.id = $1 and ${isReversed} and exists (select from step) returning s.id
      )
      update sagas.steps t set state = 'compensating', is_late = true, waits_for = $3, changed_at = now()
      from saga, step
      where t.saga = saga.id and t.place = step.place
      returning t.name`,
    values: [id, step, ended ?? null, endedAt],
  })
  return rows.length > 0
}

/** The caller has locked the saga. */
export async function hasStepsLeft(tx: Transaction, saga: Uuid): Promise<boolean> {
  const rows = await tx.query<{ name: string }>({
    name: 'sagas-find-steps-left',
    text: `select t.name from sagas.steps t
      where t.saga = $1 and t.state in ('acting', 'done', 'compensating', 'failed') limit 1`,
    values: [saga],
  })
  return rows.length > 0
}

export type WaitingStep = { readonly saga: SagaFacts; readonly step: string; readonly state: StepState }

export async function findWaiting(on: Queryable, subjects: readonly Uuid[]): Promise<WaitingStep[]> {
  const rows = await on.query<SagaRow & { step: string; step_state: StepState }>({
    name: 'sagas-find-waiting',
    text: `select ${sagaColumns}, t.name as step, t.state as step_state
      from sagas.steps t join sagas.sagas s on s.id = t.saga
      where t.waits_for = any ($1::uuid[])`,
    values: [subjects],
  })
  return rows.map((row) => ({ saga: toSaga(row), step: row.step, state: row.step_state }))
}

type SagaRow = {
  id: string
  book_id: number
  kind: string
  subject: string
  vendor: number
  lane: LaneName
  coordinator: CoordinatorName
  payload: string
  state: SagaState
  reason: string | null
}

type StepRecord = {
  place: number
  name: string
  state: StepState
  reason: string | null
  result: string | null
  waits_for: string | null
  is_late: boolean
  settled: string | null
  to_settle: string | null
}

function toSaga(row: SagaRow): Saga {
  const { book_id: book, kind, vendor, lane, coordinator, payload, state, reason } = row
  const facts = { id: toUuid(row.id), book, kind, subject: toUuid(row.subject), vendor, lane, coordinator, payload }
  return { ...facts, state, reason: reason ?? undefined }
}

function toStep(row: StepRecord): StepRow {
  return {
    place: row.place,
    name: row.name,
    state: row.state,
    reason: row.reason ?? undefined,
    result: row.result ?? undefined,
    waitsFor: row.waits_for === null ? undefined : toUuid(row.waits_for),
    isLate: row.is_late,
    settled: row.settled ?? undefined,
    toSettle: row.to_settle ?? undefined,
  }
}
