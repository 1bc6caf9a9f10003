import { briefLocks, createUnitLine, type Database, type UnitLine } from '#platform/postgres'
import type { Intake, LaneEngine } from '../engines/engine.ts'
import { tenantOf } from '../engines/enqueue.ts'
import type { FoundTenant } from '../engines/taken-message.ts'
import { type Breakers, createBreakers } from '../failures/breakers.ts'
import { createOccupancy, type Occupancy, sessionsMoreMax, sessionsOf } from '../fairness/capacity.ts'
import { chargeLane, newDeficits, nextLane } from '../fairness/lane-round-robin.ts'
import { mayBegin, newQueue, type Queue, type Run, slowBatchMs, waitedMs } from '../fairness/queue.ts'
import type { Claim } from '../fairness/tenant-ring.ts'
import { type Capacity, tenantFractionMax } from '../lane-policy.ts'
import { type Handler, type LaneName, laneNames, type NewMessage } from '../lanes.ts'
import type { Controls } from '../operating/control-store.ts'
import { type LaneFlows, newFlows } from '../operating/lane-flow.ts'
import { type ScaleStep, scaleSteps } from '../operating/scaling.ts'
import { type BatchContext, completeBatch, keepSlots } from './batch-lifecycle.ts'

export type DispatcherDependencies = {
  readonly database: Database
  readonly engine: LaneEngine
  readonly capacity: Capacity
  /** Messages of a vendor in flight, for vendors with a ceiling of their own. */
  readonly ceilingOf: (tenant: number) => number | undefined
  readonly onFault: (error: unknown) => void
}

/** The pause after the first database fault; doubled with each further fault in a row. */
const restMs = 100
const restMsMax = 5_000

/** Decides which queue takes the next batch, and whether there is room for it. */
export class Dispatcher {
  readonly flows: LaneFlows = newFlows()
  readonly occupancy: Occupancy
  readonly #breakers: Breakers
  readonly #context: BatchContext
  readonly #queues = new Map<LaneName, Map<string, Queue>>(laneNames.map((lane) => [lane, new Map()]))
  readonly #deficits = newDeficits()
  readonly #lines: readonly UnitLine[]
  readonly #idle: UnitLine[]
  readonly #underWay = new Set<Promise<void>>()
  readonly #engine: LaneEngine
  readonly #ceilingOf: DispatcherDependencies['ceilingOf']
  readonly #batchMax = new Map<LaneName, number>()
  #controls: Controls = { paused: new Set(), open: [] }
  #timer: NodeJS.Timeout | undefined
  #accepting = false

  constructor({ database, engine, capacity, ceilingOf, onFault }: DispatcherDependencies) {
    this.#engine = engine
    this.#ceilingOf = ceilingOf
    this.occupancy = createOccupancy(capacity)
    this.#breakers = createBreakers({ database, onFault })
    this.#context = {
      occupancy: this.occupancy,
      breakers: this.#breakers,
      flows: this.flows,
      putBack: engine.putBack,
      onFault,
      onChange: () => this.dispatch(),
      onTaken: (queue, count) => {
        chargeLane(this.#deficits, queue.name.lane, count, !queue.ring.hasWork)
        this.dispatch()
      },
      onBroken: (queue, error) => {
        onFault(error)
        this.#rest(queue)
      },
    }
    this.#lines = Array.from({ length: sessionsOf(capacity) + sessionsMoreMax }, () =>
      createUnitLine(database, { purpose: 'lanes', reopenMs: 0, settings: briefLocks }),
    )
    this.#idle = [...this.#lines]
  }

  register(handler: Handler): void {
    for (const lane of laneNames) {
      this.#queues.get(lane)?.set(handler.kind, newQueue(lane, handler, this.occupancy.slotsReserved(lane)))
    }
  }

  queues(): Queue[] {
    return [...this.#queues.values()].flatMap((kinds) => [...kinds.values()])
  }

  expect({ lane, kind, book, vendor }: NewMessage, nowMs: number): void {
    this.#queues
      .get(lane)
      ?.get(kind)
      ?.ring.expect({ tenant: tenantOf({ book, vendor }), book, nowMs })
  }

  wake(): void {
    const now = performance.now()
    for (const queue of this.queues()) queue.ring.wake(now)
    this.dispatch()
  }

  found(tenants: readonly FoundTenant[]): void {
    for (const each of tenants) this.#queues.get(each.lane)?.get(each.kind)?.ring.found(each)
    this.dispatch()
  }

  ceilingsRead(): void {
    for (const queue of this.queues()) queue.ring.retryFull()
    this.dispatch()
  }

  async apply(controls: Controls): Promise<void> {
    this.#controls = controls
    this.#engine.apply(controls)
    this.#breakers.apply(this.queues(), controls.open)
    await this.#breakers.probe(this.queues())
    this.dispatch()
  }

  /** The lane takes larger batches, then more of them at once, where its handlers do not say how large. */
  scale(lane: LaneName, { batch, sessionsMore }: ScaleStep): void {
    this.#batchMax.set(lane, batch)
    this.occupancy.lendSessions(lane, sessionsMore)
    this.dispatch()
  }

  /** What the engine tells. */
  intake(): Intake {
    return {
      queues: () => this.queues().map(({ name }) => name),
      found: (tenants) => this.found(tenants),
      expect: (message, nowMs) => this.expect(message, nowMs),
      wake: () => this.wake(),
    }
  }

  start(): void {
    this.#accepting = true
    this.dispatch()
  }

  /** Takes no more messages. True when the running batches ended within `timeoutMs`. */
  async stop(timeoutMs: number): Promise<boolean> {
    this.#accepting = false
    clearTimeout(this.#timer)
    const { promise: late, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(resolve, timeoutMs, false)
    const inTime = await Promise.race([this.#drain().then(() => true), late])
    clearTimeout(timer)
    await Promise.all(this.#lines.map((line) => line.close()))
    return inTime
  }

  async #drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
    await this.#breakers.settled()
  }

  dispatch(): void {
    while (this.#accepting && this.#beginOne());
  }

  #beginOne(): boolean {
    const now = performance.now()
    const ready = new Map<LaneName, Queue>()
    for (const lane of laneNames) {
      if (this.#controls.paused.has(lane)) continue
      if (!this.occupancy.sessionFree(lane) || this.occupancy.slotsFree(lane) === 0) continue
      const queue = this.#nextOf(lane, now)
      if (queue !== undefined) ready.set(lane, queue)
    }
    const lane = nextLane(this.#deficits, new Set(ready.keys()), (each) => this.#waitedMs(each, now))
    const queue = lane && ready.get(lane)
    if (lane === undefined || queue === undefined) return false
    const max =
      queue.breaker === 'probe' ? 1 : (queue.handler.batchMax?.() ?? this.#batchMax.get(lane) ?? scaleSteps[0].batch)
    const limit = Math.min(max, this.occupancy.slotsFree(lane), queue.inFlightMax - queue.inFlight)
    const claim = queue.ring.plan({ limit, ceilingOf: this.#ceilings(queue), nowMs: now })
    if (claim.tenants.length > 0) this.#begin(queue, claim)
    return true
  }

  /** The kinds of a lane take turns, and no kind may use all sessions of the lane. */
  #nextOf(lane: LaneName, nowMs: number): Queue | undefined {
    const kinds = this.#queues.get(lane) ?? new Map<string, Queue>()
    const runsMax = Math.max(1, this.occupancy.sessionsMax(lane) - (kinds.size > 1 ? 1 : 0))
    for (const [kind, queue] of kinds) {
      if (!mayBegin(queue, { nowMs, runsMax })) continue
      kinds.delete(kind)
      kinds.set(kind, queue)
      return queue
    }
    return undefined
  }

  #waitedMs(lane: LaneName, nowMs: number): number {
    return Math.max(0, ...[...(this.#queues.get(lane)?.values() ?? [])].map((queue) => waitedMs(queue, nowMs)))
  }

  #ceilings({ name: { lane }, handler, inFlightMax }: Queue): (tenant: number) => number {
    const most = Math.min(this.occupancy.slotsMax(lane), inFlightMax)
    const ofTenant = Math.ceil(most * tenantFractionMax)
    if (lane === 'rollback') return () => (handler.isSlow ? ofTenant : most)
    return (tenant) => Math.min(this.#ceilingOf(tenant) ?? ofTenant, most)
  }

  #begin(queue: Queue, claim: Claim): void {
    const line = this.#idle.pop()
    if (line === undefined) throw new RangeError('more sessions are in use than there are')
    const { lane } = queue.name
    const run: Run = { phase: 'claiming', startedMs: performance.now() }
    this.occupancy.takeSession(lane)
    queue.runs.add(run)
    this.#follow(
      completeBatch(this.#context, { queue, run, claim, taking: this.#engine.take(queue.name, claim) }, line).then(
        (occupied) => {
          this.flows[lane].sessionMs += performance.now() - run.startedMs
          queue.runs.delete(run)
          this.#idle.push(line)
          this.occupancy.freeSession(lane)
          this.#follow(keepSlots(this.#context, queue, occupied))
        },
      ),
    )
    this.#lookAgain()
  }

  #follow(work: Promise<void>): void {
    const done = work.finally(() => {
      this.#underWay.delete(done)
      this.dispatch()
    })
    this.#underWay.add(done)
  }

  #rest(queue: Queue): void {
    const ms = Math.min(restMsMax, restMs * 2 ** queue.faults)
    queue.faults += 1
    queue.restUntilMs = performance.now() + ms
    setTimeout(() => this.dispatch(), ms + 1).unref()
  }

  /** A batch that becomes slow lets the next one begin, but no event marks that moment. */
  #lookAgain(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.dispatch()
      if (this.#idle.length < this.#lines.length) this.#lookAgain()
    }, slowBatchMs)
  }
}
