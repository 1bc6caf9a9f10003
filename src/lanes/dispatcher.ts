import { faultPoint } from '#platform/faults'
import type { Database } from '#platform/postgres'
import { createOccupancy, type Occupancy, sessionsOf } from './capacity.ts'
import { shareOf } from './enqueue.ts'
import { isolateFailures } from './isolate-failures.ts'
import { type Capacity, shareOfLaneMax } from './lane-policy.ts'
import { chargeLane, newDeficits, nextLane } from './lane-turns.ts'
import { type AfterCommit, type Handler, type LaneName, laneNames, type Message } from './lanes.ts'
import type { FoundShare, TakenMessage } from './message-store.ts'
import { mayBegin, newQueue, type Queue, type Run, slowBatchMs } from './queue.ts'
import { runBatch } from './run-batch.ts'
import type { ShareClaim, ShareFound } from './share-ring.ts'
import { createWorkerSession, type WorkerSession } from './worker-session.ts'

export type DispatcherDependencies = {
  readonly database: Database
  readonly capacity: Capacity
  readonly onFault: (error: unknown) => void
}

const batchMaxDefault = 256
const restMs = 100
const restMaxMs = 5_000

/** Decides which queue takes the next batch, and sees each batch through. */
export class Dispatcher {
  readonly #deps: DispatcherDependencies
  readonly #occupancy: Occupancy
  readonly #queues = new Map<LaneName, Map<string, Queue>>(laneNames.map((lane) => [lane, new Map()]))
  readonly #deficits = newDeficits()
  readonly #idle: WorkerSession[]
  readonly #sessions: readonly WorkerSession[]
  readonly #underWay = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  #accepting = false

  constructor(deps: DispatcherDependencies) {
    this.#deps = deps
    this.#occupancy = createOccupancy(deps.capacity)
    this.#sessions = Array.from({ length: sessionsOf(deps.capacity) }, () =>
      createWorkerSession(deps.database, 'lanes'),
    )
    this.#idle = [...this.#sessions]
  }

  /** One handler a kind; it serves all lanes. */
  register(handler: Handler): void {
    for (const lane of laneNames) this.#queues.get(lane)?.set(handler.kind, newQueue(lane, handler))
  }

  queues(): Queue[] {
    return [...this.#queues.values()].flatMap((kinds) => [...kinds.values()])
  }

  /** Messages were put into the caller's transaction. */
  expect(lane: LaneName, kind: string, share: number, nowMs: number): void {
    this.#queues.get(lane)?.get(kind)?.ring.expect(share, nowMs)
  }

  wake(): void {
    const now = performance.now()
    for (const queue of this.queues()) queue.ring.wake(now)
    this.dispatch()
  }

  found(shares: readonly FoundShare[]): void {
    for (const { lane, kind, share } of shares) this.#queues.get(lane)?.get(kind)?.ring.found(share)
    this.dispatch()
  }

  start(): void {
    this.#accepting = true
    this.dispatch()
  }

  /** Takes nothing more; resolves when what is under way has ended, false when that took longer than `timeoutMs`. */
  async stop(timeoutMs: number): Promise<boolean> {
    this.#accepting = false
    clearTimeout(this.#timer)
    const drained = (async () => {
      while (this.#underWay.size > 0) await Promise.all(this.#underWay)
      return true
    })()
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, timeoutMs, false).unref())
    const inTime = await Promise.race([drained, late])
    await Promise.all(this.#sessions.map((session) => session.close()))
    return inTime
  }

  /** Begins as many batches as there is work and room for. */
  dispatch(): void {
    while (this.#accepting && this.#beginOne());
  }

  #beginOne(): boolean {
    const now = performance.now()
    const ready = new Map<LaneName, Queue>()
    for (const lane of laneNames) {
      if (!this.#occupancy.sessionFree(lane) || this.#occupancy.slotsFree(lane) === 0) continue
      const queue = this.#readyQueue(lane, now)
      if (queue !== undefined) ready.set(lane, queue)
    }
    const lane = nextLane(this.#deficits, new Set(ready.keys()), () => 0)
    const queue = lane && ready.get(lane)
    if (lane === undefined || queue === undefined) return false
    const max = queue.handler.batchMax ?? batchMaxDefault
    const limit = Math.min(max, this.#occupancy.slotsFree(lane))
    const ceiling = Math.ceil(this.#occupancy.slotsMax(lane) * shareOfLaneMax)
    const claims = queue.ring.plan(limit, () => ceiling, now)
    if (claims.length > 0) this.#begin(queue, claims)
    return true
  }

  /** The queue of the lane whose turn it is; the kinds of a lane take turns. */
  #readyQueue(lane: LaneName, now: number): Queue | undefined {
    const kinds = this.#queues.get(lane)
    for (const [kind, queue] of kinds ?? []) {
      if (!queue.ring.hasWork || queue.restUntilMs > now || !mayBegin(queue, now)) continue
      kinds?.delete(kind)
      kinds?.set(kind, queue)
      return queue
    }
    return undefined
  }

  #begin(queue: Queue, claims: readonly ShareClaim[]): void {
    const session = this.#idle.pop()
    if (session === undefined) throw new Error('no session is idle although one is free')
    const { lane } = queue.name
    this.#occupancy.takeSession(lane)
    const run: Run = { phase: 'claiming', startedMs: performance.now() }
    queue.runs.add(run)
    const batch = this.#runOn(session, queue, run, claims)
      .then((works) => {
        queue.runs.delete(run)
        this.#idle.push(session)
        this.#occupancy.freeSession(lane)
        for (const { work, messages } of works) this.#doAfterCommit(queue, work, messages)
      })
      .finally(() => {
        this.#underWay.delete(batch)
        this.dispatch()
      })
    this.#underWay.add(batch)
    this.#lookAgainIn(slowBatchMs)
  }

  async #runOn(session: WorkerSession, queue: Queue, run: Run, claims: readonly ShareClaim[]) {
    let taken: readonly TakenMessage[] | undefined
    const onTaken = (messages: readonly TakenMessage[]) => {
      taken = messages
      run.phase = 'handling'
      const asked = claims.reduce((sum, { quota }) => sum + quota, 0)
      queue.backlog = messages.length >= asked
      queue.ring.claimed(claims, countShares(messages))
      this.#occupancy.takeSlots(queue.name.lane, messages.length)
      chargeLane(this.#deficits, queue.name.lane, messages.length, !queue.ring.hasWork)
      this.dispatch()
    }
    const onHandled = () => {
      run.phase = 'committing'
      this.dispatch()
    }
    try {
      const { name, handler } = queue
      const end = await runBatch(session, { queue: name, handler, claims, onTaken, onHandled })
      if (end.kind === 'done') {
        queue.faults = 0
        return [{ work: end.work, messages: end.messages }]
      }
      const { messages, error } = end
      const isolated = await isolateFailures(session, { queue: name, handler, messages, error, onOutcome: () => true })
      queue.faults = 0
      return [{ work: allOf(isolated.works), messages }]
    } catch (error) {
      this.#rest(queue, error)
      if (taken === undefined) queue.ring.unclaimed(claims)
      for (const { share } of taken ?? []) queue.ring.returned(share)
      return [{ work: undefined, messages: taken ?? [] }]
    }
  }

  #doAfterCommit(queue: Queue, work: AfterCommit | undefined, messages: readonly TakenMessage[]): void {
    const held = new Set<Message>(messages)
    const settled = (some: Iterable<Message>) => {
      const shares = new Map<number, number>()
      for (const message of some) {
        if (!held.delete(message)) continue
        const share = shareOf(message)
        shares.set(share, (shares.get(share) ?? 0) + 1)
      }
      for (const [share, count] of shares) {
        this.#occupancy.freeSlots(queue.name.lane, count)
        queue.ring.released(share, count)
      }
    }
    if (work === undefined || messages.length === 0) {
      settled(messages)
      return
    }
    const done = work((some) => {
      settled(some)
      this.dispatch()
    })
      .then(() => faultPoint('lanes.batch.after-work'))
      .catch(this.#deps.onFault)
      .finally(() => {
        this.#underWay.delete(done)
        settled(messages)
        this.dispatch()
      })
    this.#underWay.add(done)
  }

  /** The database failed: the queue's messages are untouched, and tried again after a while. */
  #rest(queue: Queue, error: unknown): void {
    this.#deps.onFault(error)
    const ms = Math.min(restMaxMs, restMs * 2 ** queue.faults)
    queue.faults += 1
    queue.restUntilMs = performance.now() + ms
    setTimeout(() => this.dispatch(), ms + 1).unref()
  }

  #lookAgainIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.dispatch()
      if (this.#idle.length < this.#sessions.length) this.#lookAgainIn(ms)
    }, ms)
  }
}

function countShares(messages: readonly TakenMessage[]): Map<number, ShareFound> {
  const found = new Map<number, ShareFound>()
  for (const { share, id } of messages) {
    found.set(share, { count: (found.get(share)?.count ?? 0) + 1, lastId: id })
  }
  return found
}

function allOf(works: readonly AfterCommit[]): AfterCommit | undefined {
  if (works.length === 0) return undefined
  return async (settled) => void (await Promise.all(works.map((work) => work(settled))))
}
