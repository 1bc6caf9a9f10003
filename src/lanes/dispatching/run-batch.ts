import { faultPoint } from '#platform/faults'
import { type BurstStep, commitStep, type Unit, type UnitLine } from '#platform/postgres'
import type { Taking } from '../engines/engine.ts'
import type { TakenMessage } from '../engines/taken-message.ts'
import type { AfterCommit, Handler } from '../lanes.ts'

const savepointBatch: BurstStep = { name: 'lanes-savepoint-batch', text: 'savepoint lanes_batch' }
const undoBatch: BurstStep = { name: 'lanes-undo-batch', text: 'rollback to savepoint lanes_batch' }

export type Batch = {
  readonly handler: Handler
  readonly taking: Taking
  readonly onTaken: (messages: readonly TakenMessage[]) => void
  readonly onCommitting: () => void
}

/** A failed batch was rolled back: it had no effect. */
export type BatchEnd =
  | { readonly kind: 'done'; readonly messages: readonly TakenMessage[]; readonly work: AfterCommit | undefined }
  | {
      readonly kind: 'failed'
      readonly messages: readonly TakenMessage[]
      readonly error: unknown
      /** Still open, and locks the messages, so that no other process can take them meanwhile. */
      readonly unit: Unit | undefined
    }

/** Takes, handles and commits a batch in one unit. Throws when the claim itself fails: a database fault. */
export async function runBatch(line: UnitLine, batch: Batch): Promise<BatchEnd> {
  const onCommitting = () => {
    batch.onCommitting()
    faultPoint('lanes.batch.before-commit')
  }
  const unit = line.begin({ onCommitting })
  const messages = await takeBatch(unit, batch)
  if (messages.length === 0) {
    await unit.abandon()
    return { kind: 'done', messages, work: undefined }
  }
  let work: AfterCommit | undefined
  try {
    work = (await batch.handler.handle(unit, messages, commitStep)) ?? undefined
  } catch (error) {
    if (unit.state() !== 'committed') return { kind: 'failed', messages, error, unit: await undo(unit) }
    // The commit stands; the error goes to the caller of the work after the commit.
    work = () => Promise.reject(error)
  }
  try {
    if (unit.state() !== 'committed') await unit.commit()
    faultPoint('lanes.batch.after-commit')
    return { kind: 'done', messages, work }
  } catch (error) {
    await unit.abandon()
    return { kind: 'failed', messages, error, unit: undefined }
  }
}

/** Rolls back the handler's writes and keeps the messages. Undefined when the connection and the messages are lost. */
async function undo(unit: Unit): Promise<Unit | undefined> {
  try {
    await unit.burst([undoBatch])
    return unit
  } catch {
    await unit.abandon()
    return undefined
  }
}

async function takeBatch(unit: Unit, { taking, onTaken }: Batch): Promise<TakenMessage[]> {
  let messages: TakenMessage[]
  try {
    const isNothing = taking.steps.length === 0
    messages = taking.taken(isNothing ? [] : await unit.burst([...taking.steps, savepointBatch]))
  } catch (error) {
    await unit.abandon()
    throw error
  }
  onTaken(messages)
  return messages
}
