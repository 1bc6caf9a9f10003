import type { Held, HeldBatch } from './held-messages.ts'
import type { SentMessage } from './message-record.ts'

/**
 * Of records that took nothing, those whose messages wait: earlier ones of their keys, of another kind, are to be handled
 * first, and come with them. The others need not come again.
 */
export async function stillWaiting(
  left: HeldBatch,
  find: (records: readonly SentMessage[]) => Promise<SentMessage[]>,
): Promise<Held[]> {
  const waiting = await find(left.map(({ message }) => message))
  const nameOf = ({ subject, id }: SentMessage) => `${subject} ${id}`
  const records = new Map(left.map((one) => [nameOf(one.message), one]))
  const again = waiting.map((message): Held => {
    const record = records.get(nameOf(message))
    records.delete(nameOf(message))
    return { message, handled: record?.handled ?? (() => undefined) }
  })
  const unmet = new Set(waiting.map(nameOf))
  const first = new Map(left.map((one) => [nameOf(one.message), one]))
  for (const one of left) {
    const name = nameOf(one.message)
    if (!unmet.has(name) || first.get(name) !== one) one.handled()
  }
  return again
}
