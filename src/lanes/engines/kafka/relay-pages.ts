import { faultPoint } from '#platform/faults'
import type { RecordProducer } from '#platform/kafka'
import type { Session } from '#platform/postgres'
import type { LaneName } from '../../lanes.ts'
import { promoteDueStep } from '../promote-due.ts'
import { recordOf, type SentMessage } from './message-record.ts'
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
  readonly close: () => Promise<void>
}

export type RelayPagesDependencies = {
  readonly lock: RelayLock
  readonly lanes: readonly LaneName[]
  readonly openProducer: () => RecordProducer
  readonly topicOf: (lane: LaneName) => string
}

/** Of a lane, what was read together. `past` and `ends` say how far the floors rise when it is confirmed. */
type Page = {
  readonly past: bigint | undefined
  /** What was sent of the lanes when it was read. It may be forgotten meanwhile. */
  readonly sent: ReadonlyMap<LaneName, SentMessages>
  readonly rows: ReadonlyMap<LaneName, readonly SentMessage[]>
  /** The last ids of the lanes that have more. */
  readonly ends: ReadonlyMap<LaneName, bigint>
}

type Underway = { readonly page: Page; readonly sending: Promise<readonly PromiseSettledResult<void>[]> }

const rowsMax = 4_000
/** Of a lane, sent above its floor. */
const aboveMax = 20_000
const promotedMax = 1_000
const promoteEveryMs = 10
const adoptEveryMs = 500

export function createRelayPages({ lock, lanes, openProducer, topicOf }: RelayPagesDependencies): RelayPages {
  const producers = new Map(lanes.map((lane) => [lane, openProducer()]))
  let underway: Underway | undefined
  const moves = createDueMoves(lanes)
  const prunedAt = new Map<LaneName, number>()

  const send = async (lane: LaneName, rows: readonly SentMessage[]) => {
    const topic = topicOf(lane)
    await producers.get(lane)?.send(rows.map((message) => recordOf(topic, message)))
    faultPoint('lanes.relay.sent')
  }
  const read = async (on: Session): Promise<Page> => {
    const past = await lock.past(on)
    await prune(on)
    const first = [...lock.noteSteps(), ...moves()]
    const sent = new Map(lanes.map((lane) => [lane, lock.sentOf(lane)]))
    const reads = [...sent].map(([lane, { floor, above }]) => {
      const onTheirWay = underway?.page.rows.get(lane) ?? []
      return readOutgoingStep(lane, { floor, known: [...above, ...onTheirWay.map(({ id }) => id)], max: rowsMax })
    })
    const answers = (await on.burst([...first, ...reads])).slice(first.length)
    const found = lanes.map((lane, index) => ({ lane, rows: outgoingMessages(lane, answers[index]) }))
    const full = found.filter(({ rows }) => rows.length === rowsMax)
    return {
      ...{ past, sent },
      rows: new Map(found.flatMap(({ lane, rows }) => (rows.length === 0 ? [] : [[lane, rows]]))),
      ends: new Map(full.map(({ lane, rows }) => [lane, rows.at(-1)?.id ?? 0n])),
    }
  }
  /** A transaction that stays open keeps the floors down. What was handled meanwhile need not be passed over. */
  const prune = async (on: Session) => {
    for (const lane of lanes) {
      const sent = lock.sentOf(lane)
      const most = prunedAt.get(lane) ?? aboveMax
      if (sent.above.size < most) continue
      sent.keep(await stillWaiting(on, lane, sent.above))
      prunedAt.set(lane, Math.max(aboveMax, sent.above.size * 2))
    }
  }
  const begin = (page: Page) => {
    underway = { page, sending: Promise.allSettled([...page.rows].map(([lane, rows]) => send(lane, rows))) }
  }
  const end = async (): Promise<Page | undefined> => {
    const ending = underway
    const ends = await ending?.sending
    underway = undefined
    for (const one of ends ?? []) if (one.status === 'rejected') throw one.reason
    const page = ending?.page
    for (const [lane, sent] of page?.sent ?? []) {
      sent.add(page?.rows.get(lane) ?? [], { past: page?.past, end: page?.ends.get(lane) })
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
    close: async () => void (await Promise.all([...producers.values()].map((producer) => producer.close()))),
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
