import { createHash } from 'node:crypto'
import { accepted, type Result, refused } from '#kernel'
import { type FindStoredCall, findCallOf } from './find-call.ts'
import type { Inbox } from './inbox.ts'
import type { InboxEntry } from './inbox-store.ts'
import type { CallbackMessage, CallbackReply, RailAdapter, Reading } from './rail-adapter.ts'
import type { RailRefusalCode } from './refusals.ts'

export type ReceiveCallbackDeps = {
  readonly adapter: (rail: string) => RailAdapter | undefined
  readonly inbox: Inbox
  readonly findCall: FindStoredCall
}

/**
 * A signed callback that cannot be read is stored with the reason: a refusal would only make the rail repeat it. The
 * value is the adapter's own reply, if it has one. It is sent when all events of the message are stored.
 */
export async function receiveCallback(
  { adapter, inbox, findCall }: ReceiveCallbackDeps,
  callback: { readonly rail: string; readonly message: CallbackMessage },
): Promise<Result<CallbackReply | undefined, RailRefusalCode>> {
  const { rail, message } = callback
  const callbacks = adapter(rail)?.callbacks
  if (callbacks === undefined)
    return refused({ code: 'rail_not_found', message: `No rail ${rail} sends callbacks here.` })
  if (!callbacks.isGenuine(message)) {
    const message = 'The signature is wrong or missing, or the message is too old.'
    return refused({ code: 'callback_not_genuine', message })
  }
  const { entries, reply } = await readMessage(callbacks, callback, findCall)
  await Promise.all(entries.map(inbox.receive))
  return accepted(reply)
}

export async function readMessage(
  callbacks: NonNullable<RailAdapter['callbacks']>,
  { rail, message }: { readonly rail: string; readonly message: CallbackMessage },
  findCall: FindStoredCall,
): Promise<{ readonly entries: readonly InboxEntry[]; readonly reply: CallbackReply | undefined }> {
  const { readings, reply } = await callbacks.read(message, findCallOf(rail, findCall))
  // PostgreSQL cannot store NUL characters.
  const body = message.body.toString('utf8').replaceAll('\0', '\ufffd')
  const entries = readings.map((reading, place) => ({
    rail,
    eventId: eventIdOf(reading, message, place),
    body,
    reading,
  }))
  return { entries, reply }
}

/** A reading without an id is identified by its message and its place there. */
function eventIdOf(reading: Reading, { header, body }: CallbackMessage, place: number): string {
  if (reading.kind === 'event') return reading.event.eventId
  if (reading.eventId !== undefined) return reading.eventId
  const id = header('webhook-id')?.slice(0, 200) ?? createHash('sha256').update(body).digest('hex').slice(0, 32)
  return place === 0 ? `unread ${id}` : `unread ${id} ${place}`
}
