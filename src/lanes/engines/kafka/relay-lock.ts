import { type Horizon, readHorizon, readWriters } from '#platform/outbox'
import { type Database, openLockSession, type Session, takeLock } from '#platform/postgres'
import type { LaneName } from '../../lanes.ts'
import { outgoingTable } from './outgoing-store.ts'

const lock = 'munim: the relay of the lanes'
/** A frozen process loses the lock after this, a killed one at once. */
const frozenMs = 3_000
const floorMs = 2_000
/** The same while a lane has a backlog: the sent part of it is not passed over for long. */
const floorBusyMs = 200
const numbered = { table: outgoingTable, sequence: 'lanes.message_ids' }
/** Statistics of a table that fills and empties in seconds are always old: rows are read in the order of the index. */
export const relaySettings = {
  ...{ enable_seqscan: 'off', enable_bitmapscan: 'off', enable_sort: 'off' },
  statement_timeout: '7s',
}

/**
 * The connection on which the relay reads and deletes, with the lock that makes it the only one: it loses both at once.
 * Reading a lane begins at a floor. All messages up to it are sent, and none can appear there any more. So deleted ones
 * are not passed over again and again.
 */
export class RelayLock {
  readonly #database: Database
  #session: Session | undefined
  #opening: Promise<Session> | undefined
  #isHeld = false
  readonly #floors = new Map<LaneName, bigint>()
  #past: bigint | undefined
  #horizon: Horizon | undefined
  #horizonAt = Number.NEGATIVE_INFINITY

  constructor(database: Database) {
    this.#database = database
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  floorOf(lane: LaneName): bigint {
    return this.#floors.get(lane) ?? 0n
  }

  /** Undefined while another process has the lock. */
  async take(): Promise<Session | undefined> {
    if (this.#session?.closed()) await this.close()
    const session = this.#session ?? (await this.#open())
    this.#isHeld ||= await takeLock(session, lock)
    return this.#isHeld ? session : undefined
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

  /** Call when all that was read of a lane is sent. `end`: the last id, when the lane has more. */
  raiseFloor(
    lane: LaneName,
    { past, end }: { readonly past: bigint | undefined; readonly end: bigint | undefined },
  ): void {
    if (past !== undefined) this.#floors.set(lane, end !== undefined && end < past ? end : past)
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
    this.#floors.clear()
    this.#past = undefined
    this.#horizon = undefined
    await open?.close().catch(() => undefined)
  }

  async closeIfLost(): Promise<boolean> {
    if (!this.#session?.closed()) return false
    await this.close()
    return true
  }

  /** One session, also when two ask at once. */
  async #open(): Promise<Session> {
    this.#opening ??= openLockSession(this.#database, 'lanes relay', { idleMs: frozenMs, settings: relaySettings })
    try {
      this.#session = await this.#opening
      return this.#session
    } finally {
      this.#opening = undefined
    }
  }
}
