import { faultPoint } from '#platform/faults'
import { type BatchOutcome, type BatchPolicy, outcomeIn, type Rail, type RailCall, type RailOutcome } from '#rails'
import { startWithinMs } from '../../machines/attempts/inquiry-schedule.ts'
import type { PlannedCall } from '../handling/batch.ts'
import type { StoredAttempt } from '../rows/attempt-store.ts'
import { callOf } from './rail-call.ts'
import { isStale, RailLine, unsentOutcome } from './rail-line.ts'

type Deps = { readonly onOutcome: (attempt: StoredAttempt, outcome: RailOutcome) => void }

/** The calls of one rail that wait, and those under way. */
type Calls = {
  /** `plannedMs`: by the clock of `performance`. Call `goOn` after it. */
  readonly join: (call: PlannedCall, plannedMs?: number) => void
  readonly goOn: () => void
  /** Undefined when there is room now. */
  readonly room: (call: PlannedCall) => Promise<void> | undefined
  readonly statistics: () => { readonly made: number; readonly queued: number; readonly underWay: number }
  readonly stop: () => Promise<void>
}

type CallsAlone = Omit<Calls, 'join'> & { readonly join: (call: PlannedCall, plannedMs: number) => void }

/** Queued calls of all books. Any more are left to their timers. */
const keptMax = 16_384
/** Queued calls beyond which the caller waits, if a file does not take more. */
const queuedMax = 2_048
const staleLookMs = 100
/** A file has a place for each. */
const anyone = { book: () => true, vendor: () => true }

/** The calls of a rail, of which some go in files if it takes files. The others go `alone`. */
export function withFiles(alone: CallsAlone, rail: Rail | undefined, deps: Deps): Calls {
  const { batches } = rail?.capabilities ?? {}
  if (rail?.submitBatch === undefined || batches === undefined) {
    return { ...alone, join: (call, plannedMs = performance.now()) => alone.join(call, plannedMs) }
  }
  const files = sendFiles(rail, batches, deps)
  const isForFile = ({ ask, attempt }: PlannedCall) =>
    ask === 'submit' && batches.operations?.has(attempt.operation) !== false
  return {
    join: (call, plannedMs = performance.now()) => (isForFile(call) ? files : alone).join(call, plannedMs),
    goOn: () => {
      alone.goOn()
      files.goOn()
    },
    room: (call) => (isForFile(call) ? files : alone).room(call),
    statistics: () => {
      const [one, other] = [alone.statistics(), files.statistics()]
      const [made, queued] = [one.made + other.made, one.queued + other.queued]
      return { made, queued, underWay: one.underWay + other.underWay }
    },
    stop: async () => {
      await Promise.all([alone.stop(), files.stop()])
    },
  }
}

/**
 * Submissions that a rail takes in files. They wait until a file is full, or for as long as the rail has it, in turns of
 * the books. One file is under way at a time. Each call was stored before, with a timer of its own: after a crash, they
 * are inquired about one by one.
 */
function sendFiles(rail: Rail, { max, waitMs }: BatchPolicy, { onOutcome }: Deps): Calls {
  let line = new RailLine(keptMax)
  let made = 0
  let underWay = 0
  let isDue = false
  let window: NodeJS.Timeout | undefined
  let looking: NodeJS.Timeout | undefined
  let room: PromiseWithResolvers<void> | undefined
  let idle: PromiseWithResolvers<void> | undefined
  const roomMax = Math.max(queuedMax, max)
  const startMs = ({ attempt }: PlannedCall) => startWithinMs(rail.capabilities, attempt.operation)
  const staleMs = (call: PlannedCall) => performance.now() - startMs(call)
  const leaveUnsent = (call: PlannedCall) => onOutcome(call.attempt, unsentOutcome(call))

  const send = async (calls: readonly PlannedCall[]) => {
    underWay = calls.length
    made += calls.length
    const answered = await submitBatch(rail, calls)
    underWay = 0
    for (const { attempt } of calls) onOutcome(attempt, outcomeIn(answered, attempt))
    goOn()
  }
  const goOn = () => {
    if (underWay === 0 && (isDue || line.length >= max)) {
      const { calls, stale } = takeFile(line, { max, staleMs })
      for (const call of stale) leaveUnsent(call)
      if (line.length === 0) isDue = false
      if (calls.length > 0) void send(calls)
    }
    if (line.length < roomMax) {
      room?.resolve()
      room = undefined
    }
    if (line.length > 0 && looking === undefined) looking = setTimeout(look, staleLookMs).unref()
    if (underWay === 0) idle?.resolve()
  }
  const look = () => {
    looking = undefined
    for (const call of line.takeStale(staleMs)) leaveUnsent(call)
    goOn()
  }
  const close = () => {
    window = undefined
    isDue = line.length > 0
    goOn()
  }

  return {
    goOn,
    join: (call, plannedMs = performance.now()) => {
      if (!line.push(call, plannedMs)) leaveUnsent(call)
      // A call that waits for too long is not sent.
      else if (!isDue) window ??= setTimeout(close, Math.min(waitMs, startMs(call) / 2))
    },
    room: (call) => {
      if (!line.isLong(call, roomMax)) return undefined
      room ??= Promise.withResolvers()
      return room.promise
    },
    statistics: () => ({ made, queued: line.length, underWay }),
    stop: async () => {
      clearTimeout(window)
      line = new RailLine(keptMax)
      goOn()
      if (underWay === 0) return
      idle = Promise.withResolvers()
      await idle.promise
    },
  }
}

type Bounds = { readonly max: number; readonly staleMs: (call: PlannedCall) => number }

function takeFile(line: RailLine, { max, staleMs }: Bounds) {
  const calls: PlannedCall[] = []
  const stale: PlannedCall[] = []
  while (calls.length < max) {
    const waiting = line.take(anyone)
    if (waiting === undefined) break
    const to = isStale(waiting, staleMs(waiting.call)) ? stale : calls
    to.push(waiting.call)
  }
  return { calls, stale }
}

async function submitBatch(rail: Rail, planned: readonly PlannedCall[]): Promise<BatchOutcome> {
  const calls = new Map<string, RailCall>(
    planned.map(({ attempt, terms }) => [attempt.id, callOf(attempt, 'submit', terms)]),
  )
  try {
    faultPoint('payments.rail-file.before')
    const answered = await rail.submitBatch?.([...calls.values()])
    faultPoint('payments.rail-file.after')
    return answered ?? { kind: 'unavailable', why: 'the rail takes no files' }
  } catch (error) {
    // An adapter must not throw. If one does, the outcome is unknown.
    return { kind: 'unknown', why: error instanceof Error ? error.message : String(error) }
  }
}
