import type { Uuid } from '#kernel'
import type { NewRecord, ReadRecord } from '#platform/kafka'
import { systemClock } from '#platform/time'
import type { LaneName } from '../../lanes.ts'
import type { TakenMessage } from '../taken-message.ts'

/** A message on its way through a topic. Times are in microseconds since 1970. */
export type SentMessage = Omit<TakenMessage, 'waitedMs' | 'vendor'> & {
  readonly dueAt: number
  /** With the id, its place in the inbox. */
  readonly day: number
}

/** What a record says of its message, besides its key (the subject) and its value (the payload). */
const header = 'munim-message'

export function recordOf(topic: string, message: SentMessage): NewRecord {
  const { id, kind, tenant, book, attempts, enqueuedAt, dueAt, day } = message
  const about = `"tenant":${tenant},"book":${book},"attempts":${attempts},"enqueued_at":${enqueuedAt},"due_at":${dueAt}`
  return {
    topic,
    key: message.subject,
    value: message.payload,
    headers: { [header]: `{"id":"${id}","kind":"${kind}","day":${day},${about}}` },
  }
}

type About = { id: string; kind: string; day: number } & Record<'tenant' | 'book' | 'attempts', number> &
  Record<'enqueued_at' | 'due_at', number>

/** Undefined for a record that nobody of us has sent. */
export function messageOf(lane: LaneName, record: ReadRecord): SentMessage | undefined {
  const about = parse(record.headers.get(header))
  if (about === undefined) return undefined
  const { id, kind, tenant, book, attempts, enqueued_at: enqueuedAt, due_at: dueAt, day } = about
  const subject = record.key as Uuid
  return { id: BigInt(id), lane, kind, tenant, book, subject, payload: record.value, attempts, enqueuedAt, dueAt, day }
}

function parse(text: string | undefined): About | undefined {
  try {
    const about = JSON.parse(text ?? 'null') as About | null
    return about !== null && /^\d+$/.test(about.id) && typeof about.kind === 'string' ? about : undefined
  } catch {
    return undefined
  }
}

export function takenMessage(message: SentMessage): TakenMessage {
  const { dueAt, day: _day, ...taken } = message
  const waitedMs = Math.max(0, Math.round((systemClock.now() - dueAt) / 1000))
  return { ...taken, vendor: Math.max(0, taken.tenant), waitedMs }
}
