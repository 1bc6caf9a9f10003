import { faultPoint } from '#platform/faults'
import { withinMs } from '#platform/time'
import type { Rail, RailCall, RailOutcome, Rails } from '#rails'
import type { StoredAttempt } from './attempt-store.ts'
import type { PlannedCall } from './batch.ts'

/**
 * Makes rail calls, a bounded number at once on each rail, so that a slow rail keeps nobody from the
 * others. Nothing here need survive: each attempt was stored before, with a timer that asks for it.
 */
export type RailCaller = {
  /** Makes the calls, or lets them wait for their turn. */
  readonly make: (calls: readonly PlannedCall[]) => void
  /**
   * Resolves at once unless a rail of these calls has far too many waiting: then when there is room for more, or after a
   * moment. Who makes calls by the thousand is slowed down to what a rail can do, and by a rail that hangs no more than that.
   */
  readonly room: (calls: readonly PlannedCall[]) => Promise<void>
  readonly statistics: () => { readonly made: number; readonly queued: number; readonly underWay: number }
  /** Drops what has not begun and waits for what is under way. */
  readonly stop: () => Promise<void>
}

type CallerDependencies = {
  readonly rails: Pick<Rails, 'rail'>
  readonly onOutcome: (attempt: StoredAttempt, outcome: RailOutcome) => void
}

/** Calls under way at once on one rail, and waiting for their turn before the caller has to wait as well, and for how long. */
const callsMax = 512
const queuedMax = 2_048
const roomMs = 500
/** Of those that wait: what is more is left to its timer. */
const keptMax = 16_384

type Queued = PlannedCall & { readonly queuedMs: number }

/** The calls of one rail. */
type Line = { readonly queue: Queued[]; underWay: number; room: PromiseWithResolvers<void> | undefined }

export function createRailCaller({ rails, onOutcome }: CallerDependencies): RailCaller {
  const lines = new Map<string, Line>()
  let made = 0
  let idle: PromiseWithResolvers<void> | undefined
  let stopped = false
  const underWay = () => [...lines.values()].reduce((sum, line) => sum + line.underWay, 0)

  const lineOf = (name: string): Line => {
    const known = lines.get(name)
    if (known !== undefined) return known
    const line: Line = { queue: [], underWay: 0, room: undefined }
    lines.set(name, line)
    return line
  }
  const goOn = (name: string, line: Line) => {
    while (line.underWay < callsMax) {
      const call = line.queue.shift()
      if (call === undefined) break
      const rail = rails.rail(name)
      if (rail !== undefined && isStale(call, rail)) continue
      line.underWay += 1
      made += 1
      void ask(rail, call).then((outcome) => {
        line.underWay -= 1
        onOutcome(call.attempt, outcome)
        goOn(name, line)
      })
    }
    if (line.queue.length < queuedMax) {
      line.room?.resolve()
      line.room = undefined
    }
    if (idle !== undefined && underWay() === 0) idle.resolve()
  }

  return {
    make: (calls) => {
      if (stopped) return
      const queuedMs = performance.now()
      const names = railsOf(calls)
      for (const call of calls) {
        const { queue } = lineOf(call.attempt.rail)
        if (queue.length < keptMax) queue.push({ ...call, queuedMs })
      }
      for (const name of names) goOn(name, lineOf(name))
    },
    room: async (calls) => {
      const waits: Promise<void>[] = []
      for (const name of railsOf(calls)) {
        const line = lineOf(name)
        if (line.queue.length < queuedMax) continue
        line.room ??= Promise.withResolvers()
        waits.push(line.room.promise)
      }
      if (waits.length > 0) await withinMs<unknown>(Promise.all(waits), roomMs, undefined)
    },
    statistics: () => ({
      made,
      queued: [...lines.values()].reduce((sum, line) => sum + line.queue.length, 0),
      underWay: underWay(),
    }),
    stop: async () => {
      stopped = true
      for (const [name, line] of lines) {
        line.queue.length = 0
        goOn(name, line)
      }
      if (underWay() === 0) return
      idle = Promise.withResolvers()
      await idle.promise
    },
  }
}

function railsOf(calls: readonly PlannedCall[]): ReadonlySet<string> {
  return new Set(calls.map(({ attempt }) => attempt.rail))
}

/** By then the timer has come that asks for the attempt: what has not begun is left to it. */
function isStale({ queuedMs }: Queued, rail: Rail): boolean {
  return performance.now() - queuedMs > rail.manners.inquireAfterMs
}

async function ask(rail: Rail | undefined, { ask: how, attempt }: PlannedCall): Promise<RailOutcome> {
  if (rail === undefined) return { kind: 'unavailable', why: `there is no rail ${attempt.rail}` }
  const call: RailCall = {
    id: attempt.id,
    operation: attempt.operation,
    amount: attempt.amount,
    asset: attempt.asset,
    instrument: attempt.instrument,
    ...(attempt.concerns !== undefined && { concerns: attempt.concerns }),
  }
  try {
    faultPoint('payments.rail-call.before')
    const outcome = await (how === 'submit' ? rail.submit(call) : rail.inquire(call))
    faultPoint('payments.rail-call.after')
    return how === 'inquire' && outcome.kind === 'succeeded' ? { ...outcome, isAsked: true } : outcome
  } catch (error) {
    // An adapter does not throw; should one do so, nobody knows what happened.
    return { kind: 'unknown', why: error instanceof Error ? error.message : String(error) }
  }
}
