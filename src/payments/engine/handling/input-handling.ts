import type { Handler, Lanes } from '#lanes'
import { faultPoint } from '#platform/faults'
import {
  type BurstStep,
  briefLocks,
  commitStep,
  createUnitLine,
  type Database,
  type Transaction,
  type Unit,
} from '#platform/postgres'
import type { Rails } from '#rails'
import { deadLetterCases, nameInputSubject, subjectKindOf } from '../../cases/dead-letters.ts'
import type { Payments } from '../../payments.ts'
import { createRailCaller } from '../rails/rail-caller.ts'
import { createBatchSize } from './batch-size.ts'
import { type Handled, type HandlingDependencies, handleInputs } from './handle-inputs.ts'
import { createKeptWords } from './kept-words.ts'
import { createOutcomeQueue } from './outcome-queue.ts'
import { inputKind, type QueuedInput, readInput } from './queued-input.ts'
import type { Waiters } from './waiters.ts'

export type InputHandling = {
  readonly inputs: Handler
  readonly statistics: () => Pick<
    ReturnType<Payments['statistics']>,
    'inputs' | 'batches' | 'railCalls' | 'railCallsQueued' | 'railCallsUnderWay' | 'railAnswersWaiting'
  >
  readonly stop: (timeoutMs: number) => Promise<void>
}

type InputHandlingDependencies = HandlingDependencies & {
  readonly database: Database
  readonly lanes: Pick<Lanes, 'enqueueSteps' | 'replayDiscarded' | 'wake'>
  readonly rails: Pick<Rails, 'rail'>
  readonly waiters: Pick<Waiters, 'tell'>
  readonly onFault: (fault: Error) => void
}

export function createInputHandling(deps: InputHandlingDependencies): InputHandling {
  const { lanes, rails, waiters, onFault } = deps
  const line = createUnitLine(deps.database, { purpose: 'outcomes', settings: briefLocks })
  const counts = { inputs: 0, batches: 0 }

  const size = createBatchSize()
  const handle = async (tx: Transaction, inputs: readonly QueuedInput[], last?: BurstStep) => {
    counts.inputs += inputs.length
    counts.batches += 1
    const handled = await handleInputs(deps, tx, inputs, last)
    size.note({ inputs: inputs.length, commands: handled.booked })
    return handled
  }
  const afterCommit = (handled: Handled) => {
    faultPoint('payments.commit.after')
    handled.keep()
    waiters.tell(handled.ended, handled.asOfMs)
    if (handled.enqueued) lanes.wake()
    caller.make(handled.calls, handled.startedMs)
  }
  const words = createKeptWords(deps)
  const outcomes = createOutcomeQueue({
    onFault,
    batchMax: size.max,
    onLost: words.keep,
    handle: async (inputs) => {
      const handled = await inUnit(line.begin(), (unit) => handle(unit, inputs, commitStep))
      faultPoint('payments.outcome.after')
      // Outcomes do not wait for room at a rail. Only batches of the lanes do.
      afterCommit(handled)
    },
  })
  const caller = createRailCaller({
    rails,
    onOutcome: (called, outcome) => {
      const { book, subject, root, id } = called
      const input = { kind: 'outcome', attempt: id, outcome } as const
      outcomes.add({ book, kind: subject.kind, id: subject.id, root, input, called })
    },
  })

  return {
    inputs: {
      ...deadLetterCases(subjectKindOf),
      kind: inputKind,
      nameSubject: nameInputSubject,
      batchMax: size.max,
      handle: async (tx, messages, last) => {
        const handled = await handle(tx, messages.map(readInput), last)
        return async () => {
          afterCommit(handled)
          await caller.room(handled.calls)
        }
      },
    },
    statistics: () => {
      const { made, queued, underWay } = caller.statistics()
      const railAnswersWaiting = outcomes.count()
      return { ...counts, railCalls: made, railCallsQueued: queued, railCallsUnderWay: underWay, railAnswersWaiting }
    },
    stop: async (timeoutMs) => {
      const finished = Promise.all([caller.stop(), outcomes.drain()]).then(() => true)
      if (!(await Promise.race([finished, after(timeoutMs)]))) {
        onFault(new Error(`rail calls were still under way ${timeoutMs} ms after the stop; their timers ask for them`))
      }
      await outcomes.drain()
      await words.stop()
      await line.close()
    },
  }
}

/** Commits unless `work` has committed; rolls back when it throws. */
async function inUnit(unit: Unit, work: (unit: Unit) => Promise<Handled>): Promise<Handled> {
  try {
    const handled = await work(unit)
    if (!handled.isOver) await unit.commit()
    return handled
  } finally {
    await unit.abandon()
  }
}

function after(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false).unref())
}
