import { faultPoint } from '#platform/faults'
import type { RecordProducer } from '#platform/kafka'
import type { Session } from '#platform/postgres'
import type { LaneName } from '../../lanes.ts'
import { promoteDueStep } from '../promote-due.ts'
import { createLaneSends } from './lane-sends.ts'
import type { SentMessage } from './message-record.ts'
import { adoptStep, outgoingMessages, outgoingTable, readOutgoingStep } from './outgoing-store.ts'
import type { RelayLock } from './relay-lock.ts'
import { stillWaiting } from './relayed-store.ts'
import type { SentMessages } from './sent-messages.ts'

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
  /** Another process may have sent all. */
  readonly forget: () => void
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

/** Of a lane, what was read together. `past` and `ends` say how far the floors rise when it is confirmed. */
type Page = {
  readonly past: bigint | undefined
  /** What was sent of the lanes when it was read. It may be forgotten meanwhile. */
  readonly sent: ReadonlyMap<LaneName, SentMessages>
  readonly rows: ReadonlyMap<LaneName, readonly SentMessage[]>
  /** The last ids of the lanes that have more. */
  readonly ends: ReadonlyMap<LaneName, bigint>
  /** Partitions that could not be written before, and are tried again with this page. */
  readonly again: ReadonlyMap<LaneName, ReadonlySet<number>>
}

type Confirmed = readonly [lane: LaneName, rows: readonly SentMessage[]]
type Underway = { readonly page: Page; readonly sending: Promise<readonly PromiseSettledResult<Confirmed>[]> }

const rowsMax = 4_000
/** Of a lane, sent above its floor. */
const aboveMax = 20_000
/** Of a lane, held back for partitions that cannot be written. With more, its others wait too. */
const waitingMax = 20_000
const promotedMax = 1_000
const promoteEveryMs = 10
const adoptEveryMs = 500

const none: ReadonlySet<number> = new Set()

export function createRelayPages({ lock, lanes, openProducer, topicOf, onFault }: RelayPagesDependencies): RelayPages {
  const sends = new Map(
    lanes.map((lane) => [lane, createLaneSends({ topic: topicOf(lane), producer: openProducer(), onFault })]),
  )
  const all = () => [...sends.values()]
  let underway: Underway | undefined
  const moves = createDueMoves(lanes)
  const prune = createPruning(lock, lanes)

  const send = async (lane: LaneName, rows: readonly SentMessage[], again: ReadonlySet<number>): Promise<Confirmed> => {
    const confirmed = (await sends.get(lane)?.send(rows, again)) ?? []
    faultPoint('lanes.relay.sent')
    return [lane, confirmed]
  }
  const read = async (on: Session): Promise<Page> => {
    const past = await lock.past(on)
    await prune(on)
    const first = [...lock.noteSteps(), ...moves()]
    const sent = new Map(lanes.map((lane) => [lane, lock.sentOf(lane)]))
    const again = new Map(lanes.map((lane) => [lane, sends.get(lane)?.held.ready() ?? none]))
    const reads = [...sent].map(([lane, { floor, above }]) => {
      const onTheirWay = (underway?.page.rows.get(lane) ?? []).map(({ id }) => id)
      const waiting = sends.get(lane)?.held.waiting(again.get(lane) ?? none) ?? []
      const max = waiting.length < waitingMax ? rowsMax : 0
      return readOutgoingStep(lane, { floor, known: [...above, ...onTheirWay, ...waiting], max })
    })
    const answers = (await on.burst([...first, ...reads])).slice(first.length)
    const found = lanes.map((lane, index) => ({ lane, rows: outgoingMessages(lane, answers[index]) }))
    const full = found.filter(({ rows }) => rows.length === rowsMax)
    return {
      ...{ past, sent, again },
      rows: new Map(found.flatMap(({ lane, rows }) => (rows.length === 0 ? [] : [[lane, rows]]))),
      ends: new Map(full.map(({ lane, rows }) => [lane, rows.at(-1)?.id ?? 0n])),
    }
  }
  const begin = (page: Page) => {
    const sending = [...page.rows].map(([lane, rows]) => send(lane, rows, page.again.get(lane) ?? none))
    underway = { page, sending: Promise.allSettled(sending) }
  }
  const end = async (): Promise<Page | undefined> => {
    const ending = underway
    const ends = await ending?.sending
    underway = undefined
    for (const one of ends ?? []) if (one.status === 'rejected') throw one.reason
    const page = ending?.page
    if (page === undefined) return undefined
    const confirmed = new Map((ends ?? []).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
    for (const [lane, sent] of page.sent) {
      const held = sends.get(lane)?.held
      held?.sent(page.again.get(lane) ?? none, page.ends.get(lane))
      // The floor stays below what waits for its partition.
      const past = held?.below(page.past) ?? page.past
      sent.add(confirmed.get(lane) ?? [], { past, end: page.ends.get(lane) })
    }
    return page
  }
  const renew = async (on: Session, page: Page | undefined) => {
    if (page !== undefined) await lock.renewHorizon(on, { isBusy: page.rows.size > 0 })
  }
  const confirmed = async (on: Session) => renew(on, await end())
  return {
    mayReadAhead: (isWanted) => underway !== undefined && (underway.page.ends.size > 0 || isWanted),
    move: async (on) => {
      const [found, ended] = await Promise.allSettled([read(on), end()])
      if (ended.status === 'rejected') throw ended.reason
      if (found.status === 'rejected') throw found.reason
      begin(found.value)
      await renew(on, ended.value)
      if (found.value.rows.size > 0) return true
      await confirmed(on)
      return false
    },
    confirmed,
    giveUp: async () => void (await end().catch(() => undefined)),
    forget: () => {
      for (const { held } of all()) held.forget()
    },
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
      const sent = lock.sentOf(lane)
      const most = prunedAt.get(lane) ?? aboveMax
      if (sent.above.size < most) continue
      sent.keep(await stillWaiting(on, lane, sent.above))
      prunedAt.set(lane, Math.max(aboveMax, sent.above.size * 2))
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
    return [...(isPromoting ? promotions : []), ...(isAdopting ? [adoptStep(promotedMax)] : [])]
  }
}
