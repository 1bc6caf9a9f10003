import { createQuotas, type Quotas, type Taker } from '#kernel'
import { ClassQueue, type Queued } from './class-queue.ts'
import { type RequestClass, requestClasses } from './request-class.ts'

/** A request that wants one of the places. */
export type Candidate = {
  readonly class: RequestClass
  readonly taker: Taker
  readonly begin: () => void
  /** There is no place for it, and it does not wait any more. */
  readonly shed: () => void
}

export type Admission = {
  /** Calls `begin` now or later, or `shed`. Call the returned function once, when the request is over or given up. */
  readonly enter: (candidate: Candidate) => () => void
  readonly running: () => number
  readonly waiting: () => Readonly<Record<RequestClass, number>>
  /** Sheds what has waited for too long. */
  readonly sweep: () => void
}

type Waiting = Candidate & Queued

type Lane = {
  readonly class: RequestClass
  readonly queue: ClassQueue<Waiting>
  /** Running requests of all classes beyond which this class waits. */
  readonly limit: number
  /** What it may have anyway. */
  readonly floor: number
  /** Of what the class can have at most, so that there is always room for its next client. */
  readonly places: Quotas
  waiting: number
  running: number
}

/** Of all places: those beyond which a class waits, and those that others leave to it. */
const shares = {
  urgent: { limit: 1, floor: 0 },
  normal: { limit: 0.9, floor: 0.03 },
  low: { limit: 0.75, floor: 0.02 },
} as const
const patienceMs = { urgent: 10_000, normal: 5_000, low: 2_000 } as const
const spare = 3

type AdmissionOptions = {
  readonly runningMax: number
  readonly waitingMax: number
  readonly nowMs: () => number
}

/**
 * Requests run up to a number, in quotas by client, of all places and of those of a class. Others wait, those of each
 * class by turns of the clients; higher classes go first. When too many wait, one of a lower class is shed for one of a higher.
 */
export function createAdmission({ runningMax, waitingMax, nowMs }: AdmissionOptions): Admission {
  // Quotas never give the last place away.
  const places = createQuotas(runningMax + spare)
  const waitingPlaces = createQuotas(waitingMax + 1)
  const lanes = requestClasses.map((name) => createLane(name, runningMax))
  const laneOf = (name: RequestClass) => lanes[requestClasses.indexOf(name)] as Lane
  const waitingIn = (name: RequestClass) => laneOf(name).waiting

  const take = (lane: Lane, taker: Taker) => {
    if (!lane.places.take(taker, 1)) return false
    if (places.take(taker, 1)) return true
    lane.places.release(taker, 1)
    return false
  }
  const run = (lane: Lane, one: Waiting) => {
    one.state = 'runs'
    lane.running += 1
    one.begin()
  }
  const leaveQueue = (lane: Lane, one: Waiting) => {
    lane.waiting -= 1
    waitingPlaces.release(one.taker, 1)
  }
  const shed = (lane: Lane, one: Waiting) => {
    one.state = 'over'
    leaveQueue(lane, one)
    one.shed()
  }
  const runNext = () => {
    for (const lane of lanes) {
      while (lane.waiting > 0 && hasRoom(lanes, lane)) {
        const next = lane.queue.take((taker) => take(lane, taker))
        if (next === undefined) break
        leaveQueue(lane, next)
        run(lane, next)
      }
    }
  }
  const join = (lane: Lane, one: Waiting) => {
    while (!waitingPlaces.take(one.taker, 1)) {
      const below = lanes.slice(lanes.indexOf(lane) + 1).findLast(({ waiting }) => waiting > 0)
      const given = below?.queue.newest()
      if (below === undefined || given === undefined) {
        one.state = 'over'
        one.shed()
        return
      }
      shed(below, given)
    }
    lane.waiting += 1
    lane.queue.push(one)
  }

  return {
    enter: (candidate) => {
      const lane = laneOf(candidate.class)
      const one: Waiting = { ...candidate, untilMs: nowMs() + patienceMs[candidate.class], state: 'waits' }
      if (hasRoom(lanes, lane) && take(lane, one.taker)) run(lane, one)
      else join(lane, one)
      return () => {
        const { state } = one
        one.state = 'over'
        if (state === 'waits') leaveQueue(lane, one)
        if (state !== 'runs') return
        lane.running -= 1
        lane.places.release(one.taker, 1)
        places.release(one.taker, 1)
        runNext()
      }
    },
    running: places.taken,
    waiting: () => ({ urgent: waitingIn('urgent'), normal: waitingIn('normal'), low: waitingIn('low') }),
    sweep: () => {
      const now = nowMs()
      for (const lane of lanes) for (const one of lane.queue.late(now)) shed(lane, one)
    },
  }
}

function hasRoom(lanes: readonly Lane[], lane: Lane): boolean {
  if (lane.running < lane.floor) return true
  // What the classes have of their own takes nothing from what all share.
  const shared = lanes.reduce((sum, { running, floor }) => sum + Math.max(0, running - floor), 0)
  return shared < lane.limit
}

function createLane(name: RequestClass, runningMax: number): Lane {
  const floorOf = (of: RequestClass) =>
    shares[of].floor === 0 ? 0 : Math.max(1, Math.floor(runningMax * shares[of].floor))
  const left = runningMax - requestClasses.reduce((sum, of) => sum + floorOf(of), 0)
  const [limit, floor] = [Math.max(1, Math.floor(left * shares[name].limit)), floorOf(name)]
  const places = createQuotas(limit + floor + spare)
  return { class: name, queue: new ClassQueue(), limit, floor, places, ...{ waiting: 0, running: 0 } }
}
