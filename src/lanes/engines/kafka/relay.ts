import { createPeriodic } from '#platform/background'
import { faultPoint } from '#platform/faults'
import type { RecordProducer } from '#platform/kafka'
import type { Database, Session } from '#platform/postgres'
import { withinMs } from '#platform/time'
import { type LaneName, laneNames } from '../../lanes.ts'
import { promoteDueStep } from '../promote-due.ts'
import { recordOf } from './message-record.ts'
import {
  adoptStep,
  deleteOutgoingStep,
  type OutgoingMessage,
  outgoingMessages,
  outgoingTable,
  readOutgoingStep,
} from './outgoing-store.ts'
import { RelayLock } from './relay-lock.ts'

/** Moves enqueued messages to the topics, in one process at a time. */
export type Relay = {
  readonly start: () => void
  readonly stop: () => Promise<void>
  /** Messages of this process have been committed. */
  readonly wake: () => void
}

export type RelayDependencies = {
  readonly database: Database
  readonly openProducer: () => RecordProducer
  readonly topicOf: (lane: LaneName) => string
  readonly onFault: (error: unknown) => void
  readonly intervalMs: number
}

const retryMs = 500
/** Looked at more often while there is recent work. */
const busyMs = 10
const busyForMs = 2_000
const rowsMax = 2_000
/** A broker takes records of one partition up to a size; these may all be of one. */
const charactersMax = 512 * 1024
/** Of a record's key and header. */
const overhead = 200
const promotedMax = 1_000
/** A stop waits no longer for brokers that are gone: unconfirmed messages are sent again. */
const stopMs = 1_500

/**
 * At least once: messages are deleted when the brokers have confirmed them. A message that depends on an earlier one
 * has the higher id and commits later, so it never goes first.
 */
export function createRelay({ database, openProducer, topicOf, onFault, intervalMs }: RelayDependencies): Relay {
  const producers = new Map(laneNames.map((lane) => [lane, openProducer()]))
  const lock = new RelayLock(database)
  /** Confirmed and not deleted yet. */
  const sent: OutgoingMessage[] = []
  let adoptedAt = Number.NEGATIVE_INFINITY
  let promotedAt = Number.NEGATIVE_INFINITY
  let busyUntil = 0
  let isWanted = false
  let running: Promise<void> | undefined

  const send = async (lane: LaneName, rows: readonly OutgoingMessage[]) => {
    const topic = topicOf(lane)
    for (const part of inParts(rows)) {
      await producers.get(lane)?.send(part.map((message) => recordOf(topic, message)))
      sent.push(...part)
      faultPoint('lanes.relay.sent')
    }
  }
  /** What the brokers have confirmed is deleted in the round trip that reads more. */
  const next = async (on: Session) => {
    const deleted = sent.splice(0)
    const first = deleted.length === 0 ? [] : [deleteOutgoingStep(deleted)]
    if (performance.now() - promotedAt > busyMs) {
      promotedAt = performance.now()
      first.push(...[true, false].map((urgent) => promoteDueStep({ to: outgoingTable, urgent, max: promotedMax })))
    }
    if (performance.now() - adoptedAt > retryMs) {
      adoptedAt = performance.now()
      first.push(adoptStep(promotedMax))
    }
    const reads = laneNames.map((lane) => readOutgoingStep(lane, { floor: lock.floorOf(lane), max: rowsMax }))
    const answers = (await on.burst([...first, ...reads])).slice(first.length)
    return laneNames.map((lane, index) => ({ lane, rows: outgoingMessages(lane, answers[index]) }))
  }
  /** Returns whether there were messages: then there may be more, and these are to be deleted. */
  const move = async (on: Session): Promise<boolean> => {
    const past = await lock.past(on)
    const found = await next(on)
    for (const one of await Promise.allSettled(found.map(({ lane, rows }) => send(lane, rows)))) {
      if (one.status === 'rejected') throw one.reason
    }
    // Of a lane with more, only these are sent.
    const full = found.filter(({ rows }) => rows.length === rowsMax)
    await lock.raiseFloors(on, past, new Map(full.map(({ lane, rows }) => [lane, rows.at(-1)?.id ?? 0n])))
    return found.some(({ rows }) => rows.length > 0)
  }
  const work = async (isStopping: () => boolean): Promise<number> => {
    try {
      const on = await lock.take()
      if (on === undefined) return retryMs
      do {
        isWanted = false
        if (await move(on)) busyUntil = performance.now() + busyForMs
      } while ((sent.length > 0 || isWanted) && !isStopping())
      if (sent.length > 0) await on.burst([deleteOutgoingStep(sent.splice(0))])
      return performance.now() < busyUntil ? busyMs : intervalMs
    } catch (error) {
      if (await lock.closeIfLost()) sent.length = 0
      throw error
    }
  }
  const periodic = createPeriodic({
    ...{ name: 'relaying messages', restMs: intervalMs, restAfterFaultMs: retryMs },
    ...{ work, onFault },
  })
  return {
    start: () => periodic.start({ isAtOnce: true }),
    wake: () => {
      if (!lock.isHeld) return
      isWanted = true
      running ??= periodic.round().finally(() => {
        running = undefined
      })
    },
    stop: async () => {
      await withinMs(Promise.all([periodic.stop(), running]), stopMs, undefined)
      await lock.close()
      await Promise.all([...producers.values()].map((producer) => producer.close()))
    },
  }
}

function inParts(rows: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const parts: OutgoingMessage[][] = []
  let characters = charactersMax
  for (const row of rows) {
    const size = row.payload.length + overhead
    if (characters + size > charactersMax) {
      parts.push([])
      characters = 0
    }
    parts.at(-1)?.push(row)
    characters += size
  }
  return parts
}
