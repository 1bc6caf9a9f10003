import { type BurstStep, CopyEncoder } from '#platform/postgres'
import { laneNames, type NewMessage } from '../lanes.ts'

const messageBytes = 96

const numberOfLane = new Map(laneNames.map((name, number) => [name, number]))

/** The vendor's number, or the negated number of the book for work without a vendor. */
export function tenantOf(message: Pick<NewMessage, 'vendor' | 'book'>): number {
  return message.vendor > 0 ? message.vendor : -message.book
}

export function laneNumber(lane: NewMessage['lane']): number {
  return numberOfLane.get(lane) ?? 0
}

/** Enqueues into `table`, or into `lanes.later` what has a time. */
export function enqueueing({ name, table }: { readonly name: string; readonly table: string }) {
  const copyNow = { name, text: `copy ${table} (${columns}) from stdin (format binary)` }
  return (messages: readonly NewMessage[]): BurstStep[] => {
    let now: CopyEncoder | undefined
    let later: CopyEncoder | undefined
    for (const message of messages) {
      if (message.notBefore === undefined) {
        now ??= new CopyEncoder(messages.length * messageBytes)
        now.tuple(6)
        encode(now, message)
      } else {
        later ??= new CopyEncoder(messages.length * messageBytes)
        later.tuple(7)
        encode(later, message)
        later.timestamp(message.notBefore)
      }
    }
    const steps: BurstStep[] = []
    if (now !== undefined) steps.push({ ...copyNow, copy: now.stream() })
    if (later !== undefined) steps.push({ ...copyLater, copy: later.stream() })
    return steps
  }
}

const columns = 'lane, kind, tenant, book_id, subject, payload'
const copyLater = {
  name: 'lanes-enqueue-later',
  text: `copy lanes.later (${columns}, due_at) from stdin (format binary)`,
}

function encode(to: CopyEncoder, message: NewMessage): void {
  to.int2(laneNumber(message.lane))
  to.text(message.kind)
  to.int4(tenantOf(message))
  to.int4(message.book)
  to.uuid(message.subject)
  to.text(message.payload ?? '{}')
}
