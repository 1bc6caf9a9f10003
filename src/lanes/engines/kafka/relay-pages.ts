import { faultPoint } from '#platform/faults'
import type { RecordProducer } from '#platform/kafka'
import type { Session } from '#platform/postgres'
import type { LaneName } from '../../lanes.ts'
import { promoteDueStep } from '../promote-due.ts'
import { endOf, type LaneProgress, type Reading } from './lane-progress.ts'
import { createLaneSends } from './lane-sends.ts'
import type { SentMessage } from './message-record.ts'
import { adoptStep, outgoingMessages, outgoingTable, readOutgoingStep } from './outgoing-store.ts'
import type { RelayLock } from './relay-lock.ts'
import { stillWaiting } from './relayed-store.ts'

/** Pages of messages: read, and sent to the brokers. The next one is read while one is on its way. */
export type RelayPages = {
  /** Whether it is worth reading while a page is on its way: there are more messages. */
  readonly mayReadAhead: (isWanted: boolean) => boolean
  /** Reads a page, and sends it when the one before is confirmed. Returns whether there may be more. */
  readonly move: (on: Session) => Promise<boolean>
  /** Resolves when nothing is on its way. Throws when something was not confirmed: it is read again. */
  readonly confirmed: (on: Session) => Promise<void>
  /** After a fault: nothing may be on its way when the same is sent again. */
  readonly giveUp: () => Promise<void>
  /** Whether another process should try: some partitions cannot be written here. */
  readonly takeStuck: () => boolean
  /** Partitions of a lane that cannot be written at present. */
  readonly unwritten: (lane: LaneName) => number
  readonly close: () => Promise<void>
}

export type RelayPagesDependencies = {
  readonly lock: RelayLock
  readonly lanes: readonly LaneName[]
  readonly openProducer: () => RecordProducer
  readonly topicOf: (lane: LaneName) => string
  readonly onFault: (error: unknown) => void
}

/** Of a lane, what was read together. */
type LanePage = {
  readonly lane: LaneName
  /** What it was read from. It may be forgotten meanwhile. */
  readonly progress: LaneProgress
  readonly reading: Reading
  /** Partitions that could not be written before, and are tried again with this page. */
  readonly again: ReadonlySet<number>
  readonly rows: readonly SentMessage[]
}
/** `past`: up to this id, all was visible to the reading, or will never be. */
type Page = { readonly past: bigint | undefined; readonly lanes: readonly LanePage[] }
type Underway = { readonly page: Page; readonly sending: Promise<readonly PromiseSettledResult<() => void>[]> }

/** Of a lane, sent above its floor. */
const aboveMax = 20_000
const promotedMax = 1_000
/** Of a lane, in ids: as many messages at most. */
const adoptedSpan = 4_000
const promoteEveryMs = 10
const adoptEveryMs = 500

export function createRelayPages({ lock, lanes, openProducer, topicOf, onFault }: RelayPagesDependencies): RelayPages {
  const sends = new Map(
    lanes.map((lane) => [lane, createLaneSends({ topic: topicOf(lane), producer: openProducer(), onFault })]),
  )
  const all = () => [...sends.values()]
  let underway: Underway | undefined
  const moves = createDueMoves(lanes)
  const prune = createPruning(lock, lanes)

  /** Resolves with what is to be noted when the page has ended. */
  const send = async ({ lane, progress, reading, again, rows }: LanePage, past: bigint | undefined) => {
    const sending = sends.get(lane)
    const waiting = rows.length === 0 ? undefined : await sending?.send(rows, again)
    if (rows.length > 0) {
      faultPoint('lanes.relay.sent')
    }
    return () => {
      progress.confirmed(reading, { rows, waiting: waiting ?? new Map(), past })
      if (sending !== undefined && sending.held.count > 0) sending.held.confirmed(progress.partitions())
    }
  }
  const read = async (on: Session): Promise<Page> => {
    const past = await lock.past(on)
    await prune(on)
    const first = [...lock.noteSteps(), ...moves()]
    const readings = [...sends].map(([lane, { held }]) => {
      const progress = lock.progressOf(lane)
      const again = held.ready()
      const before = underway?.page.lanes.find((one) => one.lane === lane)
      const reading = progress.reading({ underway: before?.reading, partitions: held.heldBack(again) })
      return { lane, progress, again, reading }
    })
    const reads = readings.map(({ lane, reading }) => readOutgoingStep(lane, reading))
    const answers = (await on.burst([...first, ...reads])).slice(first.length)
    const found = readings.map((one, index): LanePage => {
      const rows = outgoingMessages(one.lane, answers[index])
      one.progress.wasRead(one.reading, rows)
      return { ...one, rows }
    })
    return { past, lanes: found }
  }
  const begin = (page: Page) => {
    underway = { page, sending: Promise.allSettled(page.lanes.map((one) => send(one, page.past))) }
  }
  const end = async (): Promise<Page | undefined> => {
    const ending = underway
    const ends = (await ending?.sending) ?? []
    underway = undefined
    for (const one of ends) if (one.status === 'rejected') throw one.reason
    for (const one of ends) if (one.status === 'fulfilled') one.value()
    return ending?.page
  }
  const hasRows = ({ lanes: all }: Page) => all.some(({ rows }) => rows.length > 0)
  const hasMore = ({ lanes: all }: Page) => all.some(({ reading, rows }) => endOf(reading, rows) !== undefined)
  const renew = async (on: Session, page: Page | undefined) => {
    if (page !== undefined) await lock.renewHorizon(on, { isBusy: hasRows(page) })
  }
  const confirmed = async (on: Session) => renew(on, await end())
  return {
    mayReadAhead: (isWanted) =>
      underway !== undefined && (isWanted || hasMore(underway.page)) && !all().some(({ held }) => held.isTrying),
    move: async (on) => {
      const [found, ended] = await Promise.allSettled([read(on), end()])
      if (ended.status === 'rejected') throw ended.reason
      if (found.status === 'rejected') throw found.reason
      begin(found.value)
      await renew(on, ended.value)
      if (hasRows(found.value)) return true
      await confirmed(on)
      return false
    },
    confirmed,
    giveUp: async () => void (await end().catch(() => undefined)),
    takeStuck: () => all().some(({ held }) => held.takeStuck()),
    unwritten: (lane) => sends.get(lane)?.held.count ?? 0,
    close: async () => void (await Promise.all(all().map(({ close }) => close()))),
  }
}

/** A transaction that stays open keeps the floors down. What was handled meanwhile need not be passed over. */
function createPruning(lock: RelayLock, lanes: readonly LaneName[]) {
  const prunedAt = new Map<LaneName, number>()
  return async (on: Session) => {
    for (const lane of lanes) {
      const progress = lock.progressOf(lane)
      const most = prunedAt.get(lane) ?? aboveMax
      if (progress.above.size < most) continue
      progress.keep(await stillWaiting(on, lane, progress.above))
      prunedAt.set(lane, Math.max(aboveMax, progress.above.size * 2))
    }
  }
}

/** What moves to the outgoing messages by itself: messages that are due, and those of the other engine. */
function createDueMoves(lanes: readonly LaneName[]) {
  let promotedAt = Number.NEGATIVE_INFINITY
  let adoptedAt = Number.NEGATIVE_INFINITY
  const promotions = [...new Set(lanes.map((lane) => lane === 'rollback'))].map((urgent) =>
    promoteDueStep({ to: outgoingTable, urgent, max: promotedMax }),
  )
  return () => {
    const now = performance.now()
    const isPromoting = now - promotedAt > promoteEveryMs
    const isAdopting = now - adoptedAt > adoptEveryMs
    if (isPromoting) promotedAt = now
    if (isAdopting) adoptedAt = now
    return [...(isPromoting ? promotions : []), ...(isAdopting ? [adoptStep(adoptedSpan)] : [])]
  }
}
