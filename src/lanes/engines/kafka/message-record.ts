import type { Uuid } from '#kernel'
import type { NewRecord, ReadRecord } from '#platform/kafka'
import { kindPattern, type LaneName } from '../../lanes.ts'
import type { TakenMessage } from '../taken-message.ts'

/** What a record says of a message that waits in its row. The time is in microseconds since 1970. */
export type SentMessage = Pick<TakenMessage, 'id' | 'lane' | 'kind' | 'tenant' | 'book' | 'subject'> & {
  readonly dueAt: number
}

/** Besides the key, which is the subject. The value is empty: all else is in the row. */
const header = 'munim-message'

export function recordOf(topic: string, { id, kind, tenant, book, subject, dueAt }: SentMessage): NewRecord {
  const about = `{"id":"${id}","kind":"${kind}","tenant":${tenant},"book":${book},"due_at":${dueAt}}`
  return { topic, key: subject, value: '', headers: { [header]: about } }
}

const keyForm = /^[0-9a-f]{32}$/
const idForm = /^[1-9]\d{0,18}$/
const kindForm = new RegExp(kindPattern)
const idMax = 2n ** 63n - 1n
const numberMax = 2 ** 31 - 1

/** Undefined for a record that nobody of us has sent: each field is one that a row can have. */
export function messageOf(lane: LaneName, record: Pick<ReadRecord, 'key' | 'headers'>): SentMessage | undefined {
  const about = parse(record.headers.get(header))
  if (about === undefined || !keyForm.test(record.key)) return undefined
  const { id, kind, tenant, book, due_at: dueAt } = about
  if (typeof id !== 'string' || !idForm.test(id) || BigInt(id) > idMax) return undefined
  if (typeof kind !== 'string' || !kindForm.test(kind)) return undefined
  if (!isNumber(tenant) || !isNumber(book) || typeof dueAt !== 'number' || !Number.isSafeInteger(dueAt))
    return undefined
  return { id: BigInt(id), lane, kind, tenant, book, subject: record.key as Uuid, dueAt }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= numberMax
}

function parse(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const about: unknown = JSON.parse(text ?? 'null')
    return typeof about === 'object' && about !== null ? { ...about } : undefined
  } catch {
    return undefined
  }
}
