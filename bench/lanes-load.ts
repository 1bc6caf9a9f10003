import { setTimeout as sleep } from 'node:timers/promises'
import { createLanes, type LaneName, type Message, type NewMessage } from '#lanes'
import { newUuid } from '#platform/ids'
import type { Database } from '#platform/postgres'

/** What a handler is made to take, all the same for every queue: so much a message, so many at most in a batch. */
export const workMs = 4
const batchMax = 10
/** Transactions that are open at once: those of the lanes' default, and as many for the single queue. */
export const workers = 5
const kind = 'bench.work'
/** Messages are enqueued every so often, in one transaction. */
const tickMs = 20

/** A queue under load: what it is given, and told of each message as it begins. */
export type LoadedQueue = {
  readonly name: 'lanes' | 'fifo'
  readonly enqueue: (messages: readonly NewMessage[]) => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

type OnBegun = (messages: readonly Pick<Message, 'subject'>[]) => void

/** The lanes as they come. Messages of `rollback` are enqueued by another process, so to speak: without a wake. */
export function openLanes(database: Database, onBegun: OnBegun): LoadedQueue {
  const lanes = createLanes({ database, onFault: (fault) => process.stderr.write(`${fault}\n`) })
  const other = createLanes({ database, onFault: () => undefined })
  lanes.register({
    kind,
    batchMax,
    handle: async (_tx, messages) => {
      onBegun(messages)
      await sleep(messages.length * workMs)
    },
  })
  return {
    name: 'lanes',
    enqueue: async (messages) => {
      const far = messages.filter(({ lane }) => lane === 'rollback')
      const near = messages.filter(({ lane }) => lane !== 'rollback')
      if (far.length > 0) await database.transaction((tx) => other.enqueue(tx, far))
      if (near.length === 0) return
      await database.transaction((tx) => lanes.enqueue(tx, near))
      lanes.wake()
    },
    start: lanes.start,
    stop: () => lanes.stop(5_000),
  }
}

/** What people build without lanes: one table, first in, first out, with `SKIP LOCKED`; woken at once. */
export async function openFifo(database: Database, onBegun: OnBegun): Promise<LoadedQueue> {
  await database.query({
    text: `create table if not exists bench_queue (
      id bigint generated always as identity primary key, subject uuid not null, payload text not null
    )`,
  })
  await database.query({ text: 'truncate bench_queue' })
  let running: Promise<void>[] = []
  let stopping = false
  const work = async () => {
    while (!stopping) {
      const taken = await database.transaction(async (tx) => {
        const rows = await tx.query<{ subject: string }>({
          name: 'bench-fifo-claim',
          text: `delete from bench_queue where ctid = any (array(
              select ctid from bench_queue order by id limit $1 for update skip locked
            ))
            returning subject`,
          values: [batchMax],
        })
        if (rows.length === 0) return 0
        onBegun(rows.map(({ subject }) => ({ subject: subject.replaceAll('-', '') })))
        await sleep(rows.length * workMs)
        return rows.length
      })
      if (taken === 0) await sleep(5)
    }
  }
  return {
    name: 'fifo',
    enqueue: async (messages) => {
      await database.query({
        name: 'bench-fifo-enqueue',
        text: `insert into bench_queue (subject, payload) select unnest($1::uuid[]), '{}'`,
        values: [messages.map(({ subject }) => subject)],
      })
    },
    start: async () => {
      running = Array.from({ length: workers }, work)
    },
    stop: async () => {
      stopping = true
      await Promise.all(running)
    },
  }
}

/** A stream of messages: so many a second, alike but for their subjects. */
export type Stream = {
  readonly name: string
  readonly lane: LaneName
  readonly vendor: number
  readonly perSecond: number
}

/** What became of a stream while it was measured: begun a second, and the time from commit to beginning. */
export type StreamResult = { readonly begun: number; readonly waitsMs: readonly number[] }

type Sent = { readonly stream: string; readonly committedMs: number }

/**
 * Puts the streams on a queue for `warmMs` and then `measureMs`. A message that has not begun at the end
 * counts with the time that it has waited by then, so that nobody looks good by not serving.
 */
export async function measureStreams(
  open: (onBegun: OnBegun) => LoadedQueue | Promise<LoadedQueue>,
  streams: readonly Stream[],
  time: { readonly warmMs: number; readonly measureMs: number },
): Promise<Map<string, StreamResult>> {
  const waiting = new Map<string, Sent>()
  const results = new Map(streams.map(({ name }) => [name, { begun: 0, waitsMs: [] as number[] }]))
  let measuring = false
  const queue = await open((messages) => {
    const now = performance.now()
    for (const { subject } of messages) {
      const sent = waiting.get(subject)
      const result = sent && results.get(sent.stream)
      waiting.delete(subject)
      if (result === undefined || !measuring) continue
      result.begun += 1
      // What is taken right after its commit may begin before the commit has been answered here.
      result.waitsMs.push(Math.max(0, now - (sent?.committedMs ?? now)))
    }
  })
  await queue.start()
  await offer(queue, streams, { forMs: time.warmMs, waiting })
  measuring = true
  await offer(queue, streams, { forMs: time.measureMs, waiting })
  measuring = false
  const end = performance.now()
  for (const { stream, committedMs } of waiting.values()) results.get(stream)?.waitsMs.push(end - committedMs)
  await queue.stop()
  return results
}

async function offer(
  queue: LoadedQueue,
  streams: readonly Stream[],
  options: { readonly forMs: number; readonly waiting: Map<string, Sent> },
): Promise<void> {
  const begun = performance.now()
  const sent = new Map(streams.map(({ name }) => [name, 0]))
  for (;;) {
    const now = performance.now()
    if (now - begun >= options.forMs) return
    for (const stream of streams) {
      const already = sent.get(stream.name) ?? 0
      const due = Math.floor(((now - begun) * stream.perSecond) / 1000) - already
      if (due <= 0) continue
      sent.set(stream.name, already + due)
      const messages = Array.from({ length: due }, () => messageOf(stream))
      // Noted before the commit, as a message may begin before this process hears of it; then corrected.
      const before = performance.now()
      for (const { subject } of messages) options.waiting.set(subject, { stream: stream.name, committedMs: before })
      await queue.enqueue(messages)
      const after = performance.now()
      for (const { subject } of messages) {
        if (options.waiting.has(subject)) options.waiting.set(subject, { stream: stream.name, committedMs: after })
      }
    }
    await sleep(tickMs)
  }
}

function messageOf({ lane, vendor }: Stream): NewMessage {
  return { lane, vendor, kind, book: 1, subject: newUuid() }
}
