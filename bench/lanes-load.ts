import { setTimeout as sleep } from 'node:timers/promises'
import { createLanes, type LaneName, type Message, type NewMessage } from '#lanes'
import { newUuid } from '#platform/ids'
import type { Database } from '#platform/postgres'

/** The time that a handler takes for each message, and its largest batch; both are the same for every queue. */
export const workMs = 4
const batchMax = 10
/** Open transactions: the default of the lanes, and as many for the single queue. */
export const workers = 5
const kind = 'bench.work'
const tickMs = 20

export type LoadedQueue = {
  readonly name: 'lanes' | 'fifo'
  readonly enqueue: (messages: readonly NewMessage[]) => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

type OnBegun = (messages: readonly Pick<Message, 'subject'>[]) => void

/** Messages of `rollback` are enqueued as if by another process: without a wake. */
export function openLanes(database: Database, onBegun: OnBegun): LoadedQueue {
  const lanes = createLanes({ database, onFault: (fault) => process.stderr.write(`${fault}\n`) })
  const other = createLanes({ database, onFault: () => undefined })
  lanes.register({
    kind,
    batchMax: () => batchMax,
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

/** The usual queue: one table, first in, first out, with `SKIP LOCKED`; woken at once. */
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

export type Stream = {
  readonly name: string
  readonly lane: LaneName
  readonly vendor: number
  readonly perSecond: number
}

export type StreamResult = { readonly begun: number; readonly waitsMs: readonly number[] }

type Sent = { readonly stream: string; readonly committedMs: number }

/** A message that has not begun at the end counts with its wait so far: a queue gains nothing by not serving. */
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
      // A message taken right after its commit may begin before this process gets the answer to the commit.
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
      // Stored before the commit and corrected after it: a message may begin before this process gets the answer.
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
