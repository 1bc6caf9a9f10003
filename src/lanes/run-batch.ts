import { faultPoint } from '#platform/faults'
import { type BurstStep, commitStep, type Unit, type UnitLine } from '#platform/postgres'
import type { AfterCommit, Handler } from './lanes.ts'
import { claimStep, type QueueName, type TakenMessage, takenMessages } from './message-store.ts'
import type { Claim } from './share-ring.ts'

const savepointBatch: BurstStep = { name: 'lanes-savepoint-batch', text: 'savepoint lanes_batch' }
const undoBatch: BurstStep = { name: 'lanes-undo-batch', text: 'rollback to savepoint lanes_batch' }

export type Batch = {
  readonly queue: QueueName
  readonly handler: Handler
  readonly claim: Claim
  /** Told what was taken, before it is handled. */
  readonly onTaken: (messages: readonly TakenMessage[]) => void
  /** Told when the last of it is on its way to the database, with the commit. */
  readonly onCommitting: () => void
}

/** How a batch ended. What a failed one did was rolled back: nothing of it happened. */
export type BatchEnd =
  | { readonly kind: 'done'; readonly messages: readonly TakenMessage[]; readonly work: AfterCommit | undefined }
  | {
      readonly kind: 'failed'
      readonly messages: readonly TakenMessage[]
      readonly error: unknown
      /** The unit that is open still and has the messages, so that nobody else can take them meanwhile. */
      readonly unit: Unit | undefined
    }

/** Takes a batch, handles it and commits, in one unit. Throws when nothing could be taken: a fault of the database. */
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
    // What is done is done; whoever does the work after it is told.
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

/** Takes back what the handler did and keeps the messages; undefined when the connection is gone, and they with it. */
async function undo(unit: Unit): Promise<Unit | undefined> {
  try {
    await unit.burst([undoBatch])
    return unit
  } catch {
    await unit.abandon()
    return undefined
  }
}

async function takeBatch(unit: Unit, { queue, claim, onTaken }: Batch): Promise<TakenMessage[]> {
  let messages: TakenMessage[]
  try {
    const [answer] = await unit.burst([claimStep(queue, claim), savepointBatch])
    messages = takenMessages(queue, answer)
  } catch (error) {
    await unit.abandon()
    throw error
  }
  onTaken(messages)
  return messages
}
