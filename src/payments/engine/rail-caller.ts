import { faultPoint } from '#platform/faults'
import { withinMs } from '#platform/time'
import type { Rail, RailCall, RailOutcome, Rails } from '#rails'
import { overdueAfterMs } from '../machines/attempt-policy.ts'
import type { StoredAttempt } from './attempt-store.ts'
import type { PlannedCall } from './batch.ts'
import { isStale, RailLine } from './rail-line.ts'

/**
 * Makes rail calls, a bounded number at once on each rail, so that a slow rail keeps nobody from the
 * others, and in turns of the books, so that no book keeps others from a rail. Nothing here need survive:
 * each attempt was stored before, with a timer that asks for it. A submission that was not made, for lack of
 * a place or because its turn did not come before that timer, is told as one that was not sent. An inquiry without a place
 * is left to the timer that was set with it; one without a timer, as a person asked for it, always gets its turn.
 */
export type RailCaller = {
  /** Makes the calls, or lets them wait for their turn. */
  readonly make: (calls: readonly PlannedCall[]) => void
  /**
   * Resolves at once unless a rail has far too many waiting of a book of these calls: then when there is room for more,
   * or after a moment. Who makes calls by the thousand is slowed down to what a rail can do, and by a rail that hangs no
   * more than that.
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
/** Of those that wait, all books together: what is more is left to its timer. */
const keptMax = 16_384
/** How often it is looked for what has waited too long. */
const staleLookMs = 100

export function createRailCaller(deps: CallerDependencies): RailCaller {
  const lines = new Map<string, CalledRail>()
  let isStopped = false

  const lineOf = (name: string): CalledRail => {
    const known = lines.get(name)
    if (known !== undefined) return known
    const line = callRail(name, deps)
    lines.set(name, line)
    return line
  }
  const sumOf = (count: 'made' | 'queued' | 'underWay') =>
    [...lines.values()].reduce((sum, line) => sum + line.statistics()[count], 0)

  return {
    make: (calls) => {
      if (isStopped) return
      const joined = new Set<CalledRail>()
      for (const call of calls) {
        const line = lineOf(call.attempt.rail)
        line.join(call)
        joined.add(line)
      }
      for (const line of joined) line.goOn()
    },
    room: async (calls) => {
      const waits = new Set<Promise<void>>()
      for (const call of calls) {
        const wait = lineOf(call.attempt.rail).room(call)
        if (wait !== undefined) waits.add(wait)
      }
      if (waits.size > 0) await withinMs<unknown>(Promise.all(waits), roomMs, undefined)
    },
    statistics: () => ({ made: sumOf('made'), queued: sumOf('queued'), underWay: sumOf('underWay') }),
    stop: async () => {
      isStopped = true
      await Promise.all([...lines.values()].map((line) => line.stop()))
    },
  }
}

/** The calls of one rail, those that wait and those under way. */
type CalledRail = {
  /** Lets a call wait for its turn; `goOn` follows. */
  readonly join: (call: PlannedCall) => void
  readonly goOn: () => void
  /** When there is room for more; undefined: there is. */
  readonly room: (call: PlannedCall) => Promise<void> | undefined
  readonly statistics: RailCaller['statistics']
  readonly stop: RailCaller['stop']
}

function callRail(name: string, { rails, onOutcome }: CallerDependencies): CalledRail {
  let line = new RailLine(keptMax)
  let made = 0
  let underWay = 0
  let room: PromiseWithResolvers<void> | undefined
  let idle: PromiseWithResolvers<void> | undefined
  let looking: NodeJS.Timeout | undefined

  const leaveUnsent = ({ ask: how, attempt }: PlannedCall) => {
    const { inquiries } = attempt
    if (how === 'submit') onOutcome(attempt, { kind: 'unavailable', why: 'it waited in line', unsent: { inquiries } })
  }
  const makeOne = (rail: Rail | undefined, call: PlannedCall) => {
    underWay += 1
    made += 1
    void ask(rail, call).then((outcome) => {
      underWay -= 1
      onOutcome(call.attempt, outcome)
      goOn()
    })
  }
  const goOn = () => {
    const rail = rails.rail(name)
    while (underWay < callsMax) {
      const waiting = line.take()
      if (waiting === undefined) break
      if (isStale(waiting, staleUntilMs(rail))) leaveUnsent(waiting.call)
      else makeOne(rail, waiting.call)
    }
    if (line.length < queuedMax) {
      room?.resolve()
      room = undefined
    }
    if (line.length > 0 && looking === undefined) looking = setTimeout(look, staleLookMs).unref()
    if (underWay === 0) idle?.resolve()
  }
  /** Also when no call ends that would make the line go on. */
  const look = () => {
    looking = undefined
    for (const call of line.takeStale(staleUntilMs(rails.rail(name)))) leaveUnsent(call)
    goOn()
  }

  return {
    goOn,
    join: (call) => {
      if (!line.push(call, performance.now())) leaveUnsent(call)
    },
    room: (call) => {
      if (!line.isLong(call, queuedMax)) return undefined
      room ??= Promise.withResolvers()
      return room.promise
    },
    statistics: () => ({ made, queued: line.length, underWay }),
    stop: async () => {
      line = new RailLine(keptMax)
      goOn()
      if (underWay === 0) return
      idle = Promise.withResolvers()
      await idle.promise
    },
  }
}

/** What waits since then is not submitted any more: its timer may come, which asks the rail what became of it. */
function staleUntilMs(rail: Rail | undefined): number {
  if (rail === undefined) return Number.NEGATIVE_INFINITY
  return performance.now() - overdueAfterMs(rail.capabilities.inquireAfterMs)
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
    return how === 'inquire' && outcome.kind !== 'unavailable' ? { ...outcome, isAsked: true } : outcome
  } catch (error) {
    // An adapter does not throw; should one do so, nobody knows what happened.
    return { kind: 'unknown', why: error instanceof Error ? error.message : String(error) }
  }
}
