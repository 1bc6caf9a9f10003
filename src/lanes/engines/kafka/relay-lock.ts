import { type Horizon, readHorizon, readWriters } from '#platform/outbox'
import { type BurstStep, type Database, openLockSession, type Session, takeLock } from '#platform/postgres'
import type { LaneName } from '../../lanes.ts'
import { LaneProgress } from './lane-progress.ts'
import { outgoingTable } from './outgoing-store.ts'
import { noteRelayedStep, type Relayed, readRelayed } from './relayed-store.ts'

/** Who has it may send, or give the messages to the other engine. */
export const relayLock = 'munim: the relay of the lanes'
/** A frozen process loses the lock after this, a killed one at once. */
const frozenMs = 3_000
/** Others look for the lock twice a second. */
const givenUpMs = 1_500
const floorMs = 500
/** The same while a lane has a backlog: the sent part of it is not passed over for long. */
const floorBusyMs = 200
const noteMs = 200
/** A new relay sends so many of a lane again at once. When there are more, a long queue waits in the topic. */
const againMost = 20_000
const numbered = { table: outgoingTable, sequence: 'lanes.message_ids' }
/** Statistics of a table that fills and empties in seconds are always old: rows are read in the order of the index. */
export const relaySettings = {
  ...{ enable_seqscan: 'off', enable_bitmapscan: 'off', enable_sort: 'off' },
  statement_timeout: '7s',
}

/**
 * The connection on which the relay reads, with the lock that makes it the only one: it loses both at once. Of each lane
 * it knows what was sent. Nothing is marked in the rows. All this is forgotten with the connection, but for floors.
 */
export class RelayLock {
  readonly #database: Database
  #session: Session | undefined
  #taking: Promise<Session | undefined> | undefined
  #isHeld = false
  #isNewEpoch = false
  readonly #lanes = new Map<LaneName, LaneProgress>()
  #past: bigint | undefined
  #horizon: Horizon | undefined
  #horizonAt = Number.NEGATIVE_INFINITY
  #notedAt = Number.NEGATIVE_INFINITY
  #noted = ''
  #givenUpUntil = Number.NEGATIVE_INFINITY

  constructor(database: Database) {
    this.#database = database
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** What was sent of the lane. Another one after a loss of the lock, or when all is to be sent again. */
  progressOf(lane: LaneName): LaneProgress {
    const known = this.#lanes.get(lane) ?? new LaneProgress({ floor: 0n, sent: 0n })
    this.#lanes.set(lane, known)
    return known
  }

  sendAgain(lane: LaneName): void {
    this.#lanes.set(lane, new LaneProgress({ floor: 0n, sent: this.progressOf(lane).sent }))
  }

  /** The database may lack effects of messages that were sent before. */
  newEpoch(): void {
    this.#isNewEpoch = true
  }

  /** Undefined while another process has the lock. One session, also when two ask at once. */
  async take(): Promise<Session | undefined> {
    this.#taking ??= this.#take().finally(() => {
      this.#taking = undefined
    })
    return this.#taking
  }

  async #take(): Promise<Session | undefined> {
    if (performance.now() < this.#givenUpUntil) return undefined
    if (this.#isNewEpoch || this.#session?.closed()) await this.close()
    const settings = { idleMs: frozenMs, settings: relaySettings }
    const session = this.#session ?? (await openLockSession(this.#database, 'lanes relay', settings))
    this.#session = session
    if (this.#isHeld) return session
    if (!(await takeLock(session, relayLock))) return undefined
    await this.#begin(session)
    this.#isHeld = true
    return session
  }

  /** What was sent and is not handled may be lost: it is sent again, unless it is certain to be a long queue. */
  async #begin(session: Session): Promise<void> {
    const isNewEpoch = this.#isNewEpoch
    for (const [lane, { floor, sent, waiting }] of await readRelayed(session, againMost + 1)) {
      const isQueue = waiting > againMost && !isNewEpoch
      this.#lanes.set(lane, new LaneProgress({ floor: isQueue ? floor : 0n, sent }))
    }
    if (isNewEpoch) this.#isNewEpoch = false
  }

  /** Notes now and then how far the lanes were sent. */
  noteSteps(): BurstStep[] {
    const now = performance.now()
    if (now - this.#notedAt < noteMs) return []
    const relayed = new Map(
      [...this.#lanes].map(([lane, { floor, sent }]): [LaneName, Relayed] => [lane, { floor, sent }]),
    )
    const text = [...relayed].map(([lane, { floor, sent }]) => `${lane} ${floor} ${sent}`).join()
    if (text === this.#noted) return []
    this.#notedAt = now
    this.#noted = text
    return [noteRelayedStep(relayed)]
  }

  /** Call before reading. Every message up to this id is visible to the reading, or will never be. */
  async past(on: Session): Promise<bigint | undefined> {
    const horizon = this.#horizon
    if (horizon === undefined) return this.#past
    const writers = horizon.writers.size === 0 ? new Set<string>() : await readWriters(on, numbered)
    if (![...horizon.writers].some((writer) => writers.has(writer))) {
      this.#past = horizon.number
      if (this.#horizon === horizon) this.#horizon = undefined
    }
    return this.#past
  }

  async renewHorizon(on: Session, { isBusy }: { readonly isBusy: boolean }): Promise<void> {
    const restMs = isBusy ? floorBusyMs : floorMs
    if (this.#horizon !== undefined || performance.now() - this.#horizonAt < restMs) return
    this.#horizonAt = performance.now()
    this.#horizon = await readHorizon(on, numbered)
  }

  async close(): Promise<void> {
    const open = this.#session
    this.#session = undefined
    this.#isHeld = false
    this.#lanes.clear()
    this.#noted = ''
    this.#past = undefined
    this.#horizon = undefined
    await open?.close().catch(() => undefined)
  }

  /** Another process may take the lock, and has the time for it. */
  async giveUp(): Promise<void> {
    this.#givenUpUntil = performance.now() + givenUpMs
    await this.close()
  }

  async closeIfLost(): Promise<void> {
    // Without a session: the other line has given the lock up.
    if (this.#session?.closed() !== false) await this.close()
  }
}
