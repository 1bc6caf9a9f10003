import type { BurstStep, Transaction, Unit, UnitLine } from '#platform/postgres'
import type { LaneEngine, Taking } from '../engines/engine.ts'
import type { TakenMessage } from '../engines/taken-message.ts'
import type { AfterCommit, Handler } from '../lanes.ts'
import type { Observer, Outcomes } from './breaker.ts'
import { type Death, insertDeadLetters, insertForLater, type Retry } from './failure-store.ts'
import { describeFailure, judgeFailure } from './retry-policy.ts'

export type FailedBatch = {
  readonly handler: Handler
  readonly taking: Taking
  readonly putBack: LaneEngine['putBack']
  readonly messages: readonly TakenMessage[]
  /** Still open, and locks the messages. Without it, the messages that are still there are claimed again. */
  readonly unit: Unit | undefined
  /** For a single message, its own failure. */
  readonly error: unknown
  /** Called for each message. False stops the search: the remaining messages are put back. */
  readonly onOutcome: (observer: Observer, outcomes: Readonly<Outcomes>) => boolean
}

export type Isolated = {
  readonly works: readonly AfterCommit[]
  readonly succeeded: number
  readonly retried: number
  readonly dead: number
}

type Failure = { readonly message: TakenMessage; readonly error: unknown }

type Search = {
  readonly tx: Transaction
  readonly batch: FailedBatch
  readonly works: AfterCommit[]
  readonly failures: Failure[]
  readonly left: TakenMessage[]
  succeeded: number
  enough: boolean
}

const savepoint: BurstStep = { name: 'lanes-savepoint', text: 'savepoint lanes_part' }
const keep: BurstStep = { name: 'lanes-keep', text: 'release savepoint lanes_part' }
const undo: BurstStep = { name: 'lanes-undo', text: 'rollback to savepoint lanes_part' }

/**
 * Bisects a failed batch in one transaction, with a savepoint around each part. The good parts commit together with the
 * retries and dead letters of the bad messages. Throws on a database fault; then nothing has happened.
 */
export async function isolateFailures(line: UnitLine, batch: FailedBatch): Promise<Isolated> {
  const { messages, error } = batch
  const unit = batch.unit ?? line.begin()
  try {
    const taken = batch.unit === undefined ? await takeAgain(unit, batch) : messages
    const search: Search = { tx: unit, batch, works: [], failures: [], left: [], succeeded: 0, enough: false }
    const [only] = taken
    if (only !== undefined && messages.length === 1) settle(search, only, error)
    else for (const half of halves(taken)) await tryPart(search, half)
    const { retried, dead } = await storeFailures(search)
    await unit.commit()
    return { works: search.works, succeeded: search.succeeded, retried, dead }
  } catch (fault) {
    await unit.abandon()
    throw fault
  }
}

async function takeAgain(unit: Unit, { taking, messages }: FailedBatch): Promise<TakenMessage[]> {
  const { steps, taken } = taking.again(messages)
  return taken(await unit.burst(steps))
}

async function tryPart(search: Search, part: readonly TakenMessage[]): Promise<void> {
  const { tx, batch, works } = search
  const [only] = part
  if (only === undefined) return
  if (search.enough) {
    search.left.push(...part)
    return
  }
  await tx.burst([savepoint])
  try {
    const work = await batch.handler.handle(tx, part)
    await tx.burst([keep])
    if (work !== undefined) works.push(work)
    search.succeeded += part.length
    for (const message of part) batch.onOutcome(message, { failed: 0, succeeded: 1 })
  } catch (error) {
    await tx.burst([undo, keep])
    if (part.length === 1) settle(search, only, error)
    else for (const half of halves(part)) await tryPart(search, half)
  }
}

function settle(search: Search, message: TakenMessage, error: unknown): void {
  search.failures.push({ message, error })
  search.enough = !search.batch.onOutcome(message, { failed: 1, succeeded: 0 })
}

function halves<Item>(items: readonly Item[]): (readonly Item[])[] {
  const middle = Math.ceil(items.length / 2)
  return [items.slice(0, middle), items.slice(middle)]
}

async function storeFailures({
  tx,
  batch,
  failures,
  left,
  enough,
}: Search): Promise<{ retried: number; dead: number }> {
  const later: Retry[] = []
  const dead: Death[] = []
  const back = [...left]
  for (const { message, error } of failures) {
    const attempts = message.attempts + 1
    const verdict = judgeFailure(error, { attempts, random: Math.random() })
    // When nearly everything fails, the messages are not the cause: none of them loses a try or dies.
    if (enough) back.push(message)
    else if (verdict.kind === 'retry') later.push({ message, attempts, delayMs: verdict.delayMs })
    else dead.push({ message, attempts, cause: verdict.cause, ...describeFailure(error) })
  }
  if (later.length > 0) await insertForLater(tx, later)
  if (dead.length > 0) {
    const letters = await insertDeadLetters(tx, dead)
    await batch.handler.onDead?.(tx, letters)
  }
  // The order of a key is that of its messages.
  back.sort((one, other) => (one.id < other.id ? -1 : 1))
  if (back.length > 0) await batch.putBack(tx, back)
  return { retried: later.length, dead: dead.length }
}
