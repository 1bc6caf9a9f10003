import { caseSteps } from '#cases'
import type { Uuid } from '#kernel'
import type { Lanes } from '#lanes'
import { appendEventsSteps } from '#platform/outbox'
import type { BurstStep } from '#platform/postgres'
import { disputesQueue } from '../../cases/dispute-cases.ts'
import { paymentsQueue } from '../../cases/queue.ts'
import {
  insertAttemptsStep,
  insertUnknownAttemptsStep,
  type StoredAttempt,
  updateAttemptsStep,
} from '../rows/attempt-store.ts'
import { updateCapturesStep } from '../rows/capture-store.ts'
import { insertDeclinesStep } from '../rows/decline-store.ts'
import { updateDisputesStep } from '../rows/dispute-store.ts'
import { updatePaymentsSteps } from '../rows/payment-store.ts'
import { updatePayoutsStep } from '../rows/payout-store.ts'
import { insertRefundsStep, updateRefundsStep } from '../rows/refund-store.ts'
import { insertTimelineStep } from '../rows/step-store.ts'
import type { Batch } from './batch.ts'

/** The transfers are booked already. */
export function writeBatchSteps(batch: Batch, lanes: Pick<Lanes, 'enqueueSteps'>): BurstStep[] {
  const { now } = batch
  const steps = updatePaymentsSteps(batch.changedPayments(), now)
  const add = <Row>(rows: readonly Row[], step: (rows: readonly Row[]) => BurstStep) => {
    if (rows.length > 0) steps.push(step(rows))
  }
  add(batch.changedPayouts(), (rows) => updatePayoutsStep(rows, now))
  add(batch.changedCaptures(), updateCapturesStep)
  add(batch.changedRefunds(), (rows) => updateRefundsStep(rows, now))
  add(rowsOf(batch.refunds, batch.newRefunds), insertRefundsStep)
  add(batch.changedDisputes(), updateDisputesStep)
  add(batch.changedAttempts(), updateAttemptsStep)
  const made = rowsOf(batch.attempts, batch.newAttempts)
  add(
    made.filter(({ exchange }) => exchange?.isLost !== true),
    insertAttemptsStep,
  )
  add(
    made.filter(({ exchange }) => exchange?.isLost === true),
    insertUnknownAttemptsStep,
  )
  add(newDeclines(batch), (rows) => insertDeclinesStep(rows, now))
  add(batch.timeline, (rows) => insertTimelineStep(rows, now))
  steps.push(
    ...caseSteps(paymentsQueue, batch.cases),
    ...caseSteps(disputesQueue, batch.disputeCases),
    ...lanes.enqueueSteps(batch.messages),
    ...appendEventsSteps(now, batch.events),
  )
  return steps
}

/** Attempts whose decline counts against the budget of a scheme. */
function newDeclines(batch: Batch): StoredAttempt[] {
  return batch.changedAttempts().filter(({ id, state, exchange }) => {
    const isNew = state === 'failed' && batch.before.attempts.get(id)?.state !== 'failed'
    return isNew && exchange?.decline?.scheme !== undefined
  })
}

function rowsOf<Row>(rows: ReadonlyMap<Uuid, Row>, ids: ReadonlySet<Uuid>): Row[] {
  const found: Row[] = []
  for (const id of ids) {
    const row = rows.get(id)
    if (row !== undefined) found.push(row)
  }
  return found
}
