import { accepted, type Result, refused } from '#kernel'
import type { Inbox } from './inbox.ts'
import type { CallbackMessage, RailAdapter } from './rail-adapter.ts'
import type { RailRefusalCode } from './refusals.ts'

export type ReceiveCallbackDeps = {
  readonly adapter: (rail: string) => RailAdapter | undefined
  readonly inbox: Inbox
}

/**
 * Takes a callback: checks that it comes from the rail, keeps it and hands it on, once. What a rail has
 * signed and we cannot read is kept too, with the reason: to refuse it would only make it come again.
 * Refusals: `rail_not_found` (also for a rail that has no callbacks), `callback_not_genuine`.
 */
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
  // What has no id of its own is known by the name of its message.
  return reading.eventId ?? `unread ${(message.header('webhook-id') ?? '').slice(0, 200)}`
}
