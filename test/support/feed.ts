import { setTimeout as sleep } from 'node:timers/promises'
import type { Munim } from '@munim/sdk'

/** The feed may be a moment behind. */
export async function untilInFeed(munim: Munim, subject: string, type?: string): Promise<string> {
  for (;;) {
    const { data } = await munim.events.list().page()
    const event = data.find((one) => 'id' in one.data && one.data.id === subject && (type ?? one.type) === one.type)
    if (event) return event.id
    await sleep(10)
  }
}
