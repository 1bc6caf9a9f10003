import { accepted, type Result, refused } from '#kernel'
import type { Inbox } from './inbox.ts'
import type { CallbackMessage, RailAdapter } from './rail-adapter.ts'
import type { RailRefusalCode } from './refusals.ts'

export type ReceiveCallbackDeps = {
  readonly adapter: (rail: string) => RailAdapter | undefined
  readonly inbox: Inbox
}

/** A signed callback that cannot be read is stored with the reason: a refusal would only make the rail repeat it. */
export async function receiveCallback(
  { adapter, inbox }: ReceiveCallbackDeps,
  callback: { readonly rail: string; readonly message: CallbackMessage; readonly body: unknown },
): Promise<Result<'kept', RailRefusalCode>> {
  const { rail, message } = callback
  const callbacks = adapter(rail)?.callbacks
  if (callbacks === undefined) return refused('rail_not_found', `No rail ${rail} sends callbacks here.`)
  if (!callbacks.isGenuine(message)) {
    return refused('callback_not_genuine', 'The signature is wrong or missing, or the message is too old.')
  }
  const reading = callbacks.read(callback.body)
  const eventId = eventIdOf(reading, message)
  await inbox.receive({ rail, eventId, body: message.body.toString('utf8'), reading })
  return accepted('kept')
}

function eventIdOf(reading: ReturnType<NonNullable<RailAdapter['callbacks']>['read']>, message: CallbackMessage) {
  if (reading.kind === 'event') return reading.event.eventId
  // A body without an id is identified by the id of its message.
  return reading.eventId ?? `unread ${(message.header('webhook-id') ?? '').slice(0, 200)}`
}
