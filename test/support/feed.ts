import { setTimeout as sleep } from 'node:timers/promises'
import type { Munim } from '@munim/sdk'

/**
 * Waits until the change feed has an event of this subject, and answers the event's id. The feed may be a moment behind
 * the answers.
 */
export async function untilInFeed(munim: Munim, subject: string, type?: string): Promise<string> {
  for (;;) {
    const { data } = await munim.events.list().page()
    const event = data.find((one) => 'id' in one.data && one.data.id === subject && (type ?? one.type) === one.type)
    if (event) return event.id
    await sleep(10)
  }
}
