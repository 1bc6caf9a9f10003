import { faultPoint } from '#platform/faults'
import type { BurstStep } from '#platform/postgres'
import type { AfterCommit, Handler } from './lanes.ts'
import { claimStep, type QueueName, type TakenMessage, takenMessages } from './message-store.ts'
import type { Claim } from './share-ring.ts'
import { commitStep, type WorkerSession } from './worker-session.ts'

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
      /** The transaction is open still and has the messages, so that nobody else can take them meanwhile. */
      readonly held: boolean
    }

/** Takes a batch, handles it and commits, in one transaction. Throws when nothing could be taken: a fault of the database. */
export async function runBatch(session: WorkerSession, batch: Batch): Promise<BatchEnd> {
  const messages = await takeBatch(session, batch)
  if (messages.length === 0) {
    await session.rollback()
    return { kind: 'done', messages, work: undefined }
  }
  let work: AfterCommit | undefined
  try {
    work = (await batch.handler.handle(session.transaction(), messages, commitStep)) ?? undefined
  } catch (error) {
    if (!session.committed()) return { kind: 'failed', messages, error, held: await undo(session) }
    // What is done is done; whoever does the work after it is told.
    work = () => Promise.reject(error)
  }
  try {
    await session.commit()
    faultPoint('lanes.batch.after-commit')
    return { kind: 'done', messages, work }
  } catch (error) {
    await session.rollback()
    return { kind: 'failed', messages, error, held: false }
  }
}

/** Takes back what the handler did and keeps the messages; false when the connection is gone, and they with it. */
async function undo(session: WorkerSession): Promise<boolean> {
  try {
    await session.transaction().burst([undoBatch])
    return true
  } catch {
    await session.rollback()
    return false
  }
}

async function takeBatch(
  session: WorkerSession,
  { queue, claim, onTaken, onCommitting }: Batch,
): Promise<TakenMessage[]> {
  let messages: TakenMessage[]
  try {
    const [answer] = await session.begin([claimStep(queue, claim), savepointBatch], () => {
      onCommitting()
      faultPoint('lanes.batch.before-commit')
    })
    messages = takenMessages(queue, answer)
  } catch (error) {
    await session.rollback()
    throw error
  }
  onTaken(messages)
  return messages
}
