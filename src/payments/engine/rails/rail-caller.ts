import { faultPoint } from '#platform/faults'
import { withinMs } from '#platform/time'
import { addSpan } from '#platform/tracing'
import { outcomeOfReversal, type Rail, type RailOutcome, type Rails } from '#rails'
import { startWithinMs } from '../../machines/attempts/inquiry-schedule.ts'
import { overdueMarginMs } from '../../retry-policies.ts'
import type { PlannedCall } from '../handling/batch.ts'
import { timed } from '../handling/call-deadline.ts'
import type { StoredAttempt } from '../rows/attempt-store.ts'
import { callOf, reversalOf } from './rail-call.ts'
import { withFiles } from './rail-files.ts'
import { isStale, RailLine, unsentOutcome } from './rail-line.ts'
import { type Direction, directionOf, RailPlaces } from './rail-places.ts'

/**
 * The calls under way on each rail are bounded, so that a slow rail does not delay the others. Lanes, books and vendors
 * take turns, and no book has all places (`RailPlaces`). Each attempt was stored before, with a timer that inquires, so
 * nothing here must survive a crash. A submission without a place in the queue, or whose turn comes too late, gets the
 * outcome that it was not sent. An inquiry or reversal without a place is left to its timer. An operator's has no timer
 * and always gets its turn.
 */
export type RailCaller = {
  /** `plannedMs`: before they were planned, by the clock of `performance`. The process may have stood still since. */
  readonly make: (calls: readonly PlannedCall[], plannedMs?: number) => void
  /** Resolves when the rails have room for these books, or after `roomMs`. So a caller is slowed to a rail's speed. */
  readonly room: (calls: readonly PlannedCall[]) => Promise<void>
  readonly statistics: () => { readonly made: number; readonly queued: number; readonly underWay: number }
  readonly stop: () => Promise<void>
}

type CallerDependencies = {
  readonly rails: Pick<Rails, 'rail'>
  readonly onOutcome: (attempt: StoredAttempt, outcome: RailOutcome) => void
}

/** For each rail: queued calls beyond which the caller waits, and for how long. */
const queuedMax = 2_048
const roomMs = 500
/** Queued calls of all books at one rail. Any more are left to their timers. */
const keptMax = 16_384
const staleLookMs = 100

export function createRailCaller(deps: CallerDependencies): RailCaller {
  const lines = new Map<string, CalledRail>()
  let isStopped = false

  const lineOf = (name: string): CalledRail => {
    const known = lines.get(name)
    if (known !== undefined) return known
    const line = withFiles(callRail(name, deps), deps.rails.rail(name), deps)
    lines.set(name, line)
    return line
  }
  const sumOf = (count: 'made' | 'queued' | 'underWay') =>
    [...lines.values()].reduce((sum, line) => sum + line.statistics()[count], 0)

  return {
    make: (calls, plannedMs = performance.now()) => {
      if (isStopped) return
      const joined = new Set<CalledRail>()
      for (const call of calls) {
        const line = lineOf(call.attempt.rail)
        line.join(timed(call, plannedMs), plannedMs)
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

type CalledRail = {
  /** Call `goOn` after it. */
  readonly join: (call: PlannedCall, plannedMs: number) => void
  readonly goOn: () => void
  /** Undefined when there is room now. */
  readonly room: (call: PlannedCall) => Promise<void> | undefined
  readonly statistics: RailCaller['statistics']
  readonly stop: RailCaller['stop']
}

function callRail(name: string, { rails, onOutcome }: CallerDependencies): CalledRail {
  let lines = newLines()
  const places = new RailPlaces()
  let made = 0
  let room: PromiseWithResolvers<void> | undefined
  let idle: PromiseWithResolvers<void> | undefined
  let looking: NodeJS.Timeout | undefined

  const queued = () => lines.backwards.length + lines.forward.length
  const leaveUnsent = (call: PlannedCall) => {
    if (call.ask === 'submit') onOutcome(call.attempt, unsentOutcome(call))
  }
  const makeOne = (rail: Rail | undefined, call: PlannedCall) => {
    places.take(call)
    made += 1
    const startMs = performance.now()
    void ask(rail, call).then((outcome) => {
      places.release(call)
      traceCall(call, startMs, outcome)
      onOutcome(call.attempt, outcome)
      goOn()
    })
  }
  const takeTurns = (rail: Rail | undefined, direction: Direction) => {
    while (lines[direction].length > 0) {
      const allowed = places.allowed(rail, direction)
      const waiting = allowed && lines[direction].take(allowed)
      if (waiting === undefined) break
      if (isStale(waiting, staleUntilMs(rail, waiting.call))) leaveUnsent(waiting.call)
      else makeOne(rail, waiting.call)
    }
  }
  const goOn = () => {
    const rail = rails.rail(name)
    takeTurns(rail, 'backwards')
    takeTurns(rail, 'forward')
    if (queued() < queuedMax) {
      room?.resolve()
      room = undefined
    }
    if (queued() > 0 && looking === undefined) looking = setTimeout(look, staleLookMs).unref()
    if (places.underWay === 0) idle?.resolve()
  }
  /** Needed when no call ends that would continue the queue. */
  const look = () => {
    looking = undefined
    const rail = rails.rail(name)
    for (const line of [lines.backwards, lines.forward]) {
      for (const call of line.takeStale((one) => staleUntilMs(rail, one))) leaveUnsent(call)
    }
    goOn()
  }

  return {
    goOn,
    join: (call, plannedMs) => {
      places.expect(call)
      const sinceMs = Math.min(performance.now(), plannedMs + overdueMarginMs)
      if (!lines[directionOf(call)].push(call, sinceMs)) leaveUnsent(call)
    },
    room: (call) => {
      if (!lines[directionOf(call)].isLong(call, queuedMax)) return undefined
      room ??= Promise.withResolvers()
      return room.promise
    },
    statistics: () => ({ made, queued: queued(), underWay: places.underWay }),
    stop: async () => {
      lines = newLines()
      goOn()
      if (places.underWay === 0) return
      idle = Promise.withResolvers()
      await idle.promise
    },
  }
}

function newLines(): Readonly<Record<Direction, RailLine>> {
  return { backwards: new RailLine(keptMax), forward: new RailLine(keptMax) }
}

/** A submission that has waited since this time is not sent: its timer may fire and inquire. */
function staleUntilMs(rail: Rail | undefined, { attempt }: PlannedCall): number {
  if (rail === undefined) return Number.NEGATIVE_INFINITY
  return performance.now() - startWithinMs(rail.capabilities, attempt.operation)
}

function traceCall({ ask: how, attempt }: PlannedCall, startMs: number, { kind: outcome }: RailOutcome): void {
  addSpan({
    ...{
      name: `rail ${attempt.rail} ${how}`,
      kind: 'client',
      subject: attempt.root,
      startMs,
      endMs: performance.now(),
    },
    attributes: { 'munim.attempt': attempt.id, 'munim.operation': attempt.operation, 'munim.outcome': outcome },
    hasFailed: outcome === 'unknown' || outcome === 'unavailable',
  })
}

async function ask(rail: Rail | undefined, { ask: how, attempt, terms }: PlannedCall): Promise<RailOutcome> {
  const failed = (why: string): RailOutcome =>
    how === 'reverse' ? outcomeOfReversal({ kind: 'unknown', why }) : { kind: 'unknown', why }
  if (rail === undefined) {
    const why = `there is no rail ${attempt.rail}`
    return how === 'reverse' ? failed(why) : { kind: 'unavailable', why }
  }
  try {
    faultPoint('payments.rail-call.before')
    const outcome = await outcomeOf(rail, { ask: how, attempt, terms })
    faultPoint('payments.rail-call.after')
    if (how === 'submit' || outcome.kind === 'unavailable') return outcome
    const { inquiredAt } = attempt.exchange ?? {}
    const isOpen = outcome.kind === 'pending' || outcome.kind === 'unknown'
    if (isOpen || inquiredAt === undefined) return { ...outcome, isAsked: true }
    return { ...outcome, isAsked: true, askedAt: inquiredAt }
  } catch (error) {
    // An adapter must not throw. If one does, the outcome is unknown.
    return failed(error instanceof Error ? error.message : String(error))
  }
}

async function outcomeOf(rail: Rail, { ask: how, attempt, terms }: PlannedCall): Promise<RailOutcome> {
  if (how === 'submit') return rail.submit(callOf(attempt, how, terms))
  if (how === 'inquire') return rail.inquire(callOf(attempt, how, terms))
  const reversal = reversalOf(attempt, terms)
  if (rail.reverse === undefined || reversal === undefined) {
    return outcomeOfReversal({ kind: 'unknown', why: `the rail ${rail.name} takes no reversals` })
  }
  return outcomeOfReversal(await rail.reverse(reversal))
}
