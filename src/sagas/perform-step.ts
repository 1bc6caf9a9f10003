import { mayPass } from '#lanes'
import { Fault, faultPoint } from '#platform/faults'
import type { Transaction } from '#platform/postgres'
import type { ActionOutcome, CompensationOutcome, SagaFacts, SagaStep, StepContext, StepRow } from './saga.ts'
import { updateStep } from './saga-store.ts'

/** After this many failed tries of a message, its step fails for good. */
const triesMax = 8

/** The caller has locked the row. */
export type StepCall = {
  readonly saga: SagaFacts
  readonly step: SagaStep
  readonly row: StepRow
  readonly failures: number
}

/** `broken`: it threw, so it is compensated like a finished action. */
export type ActionEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'broken'; readonly reason: string }

export type CompensationEnd =
  | { readonly kind: 'compensated' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'failed'; readonly detail: string }

export async function act(tx: Transaction, call: StepCall): Promise<ActionEnd> {
  const { saga, step, row } = call
  const outcome = await guarded(tx, call.failures, async () => {
    faultPoint('sagas.action.before')
    const value = await step.action(tx, contextOf(saga, row))
    faultPoint('sagas.action.after')
    return value
  })
  if (outcome.kind === 'thrown') {
    await updateStep(tx, saga.id, { ...row, state: 'acting', reason: outcome.reason, waitsFor: undefined })
    return { kind: 'broken', reason: outcome.reason }
  }
  await updateStep(tx, saga.id, afterAction(row, outcome))
  return outcome.kind === 'refused' ? { kind: 'refused', reason: outcome.reason } : { kind: outcome.kind }
}

function contextOf(saga: SagaFacts, { result, waitsFor, settled }: StepRow): StepContext {
  return { ...saga, result, waitsFor, settled }
}

function afterAction(row: StepRow, outcome: ActionOutcome): StepRow {
  if (outcome.kind === 'refused') return { ...row, state: 'refused', reason: outcome.reason, waitsFor: undefined }
  const result = outcome.result ?? row.result
  return outcome.kind === 'done'
    ? { ...row, state: 'done', result, waitsFor: undefined }
    : { ...row, state: 'acting', result, waitsFor: outcome.waitsFor }
}

export async function compensate(tx: Transaction, call: StepCall): Promise<CompensationEnd> {
  const { saga, step, row } = call
  const outcome = await guarded(tx, call.failures, async () => {
    faultPoint('sagas.compensation.before')
    const value = await step.compensation(tx, contextOf(saga, row))
    faultPoint('sagas.compensation.after')
    return value
  })
  await updateStep(tx, saga.id, afterCompensation(row, outcome))
  if (outcome.kind === 'waiting') return { kind: 'waiting' }
  if (outcome.kind !== 'failed' && outcome.kind !== 'thrown') return { kind: 'compensated' }
  return { kind: 'failed', detail: `The step ${step.name} could not be compensated: ${outcome.detail}` }
}

function afterCompensation(row: StepRow, outcome: CompensationOutcome | Thrown): StepRow {
  if (outcome.kind === 'waiting') return { ...row, state: 'compensating', waitsFor: outcome.waitsFor }
  const failed: StepRow = { ...row, state: 'failed', waitsFor: undefined, toSettle: undefined }
  if (outcome.kind === 'thrown') return { ...failed, reason: outcome.reason }
  if (outcome.kind === 'failed') return { ...failed, reason: outcome.reason, toSettle: outcome.left }
  return { ...row, state: 'compensated', waitsFor: undefined }
}

type Thrown = { readonly kind: 'thrown'; readonly reason: string; readonly detail: string }

/** Rolls back `work` when it throws. Retryable errors are rethrown for a retry; others are returned to be stored. */
async function guarded<Value>(tx: Transaction, failures: number, work: () => Promise<Value>): Promise<Value | Thrown> {
  await tx.query({ text: 'savepoint saga_step' })
  try {
    const value = await work()
    await tx.query({ text: 'release savepoint saga_step' })
    return value
  } catch (error) {
    if (mayPass(error) && failures < triesMax) throw error
    // Throws when the connection is gone. Nothing can be stored then; the message is delivered again.
    await tx.query({ text: 'rollback to savepoint saga_step' })
    const reason = error instanceof Fault ? error.code : 'defect'
    return { kind: 'thrown', reason, detail: error instanceof Error ? error.message : String(error) }
  }
}
