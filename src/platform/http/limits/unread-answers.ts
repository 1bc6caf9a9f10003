import type { ServerResponse } from 'node:http'
import { createQuotas, type Taker } from '#kernel'

export type UnreadAnswers = {
  readonly add: (response: ServerResponse, sender: Taker) => void
  readonly stop: () => void
}

type Unread = {
  readonly response: ServerResponse
  readonly sender: Taker
  readonly bytes: number
  readonly untilMs: number
}

/** A client has `patienceMs` to read an answer, plus as long again for each of this many bytes. */
const bytesPerPatience = 512 * 1024

/** An answer not read in time ends its connection. A sender whose unread answers exceed its quota loses the oldest. */
export function createUnreadAnswers({
  bytesMax,
  patienceMs,
}: {
  readonly bytesMax: number
  readonly patienceMs: number
}): UnreadAnswers {
  const quotas = createQuotas(bytesMax)
  const unread = new Set<Unread>()

  const remove = (one: Unread) => {
    if (unread.delete(one)) quotas.release(one.sender, one.bytes)
  }
  const end = (one: Unread) => {
    remove(one)
    one.response.destroy()
  }
  const endLate = () => {
    const nowMs = performance.now()
    for (const one of unread) if (one.untilMs <= nowMs) end(one)
  }
  const timer = setInterval(endLate, Math.min(1000, patienceMs / 4))
  timer.unref()

  const takeQuota = (sender: Taker, bytes: number): boolean => {
    if (quotas.take(sender, bytes)) return true
    for (const isOfOwn of [sameSender, sameGroup]) {
      for (const one of unread) {
        if (!isOfOwn(one.sender, sender)) continue
        end(one)
        if (quotas.take(sender, bytes)) return true
      }
    }
    return false
  }

  return {
    add: (response, sender) => {
      const bytes = response.writableLength
      if (bytes === 0 || response.destroyed) return
      const counted = takeQuota(sender, bytes) ? bytes : 0
      const untilMs = performance.now() + patienceMs * (1 + bytes / bytesPerPatience)
      const one = { response, sender, bytes: counted, untilMs }
      unread.add(one)
      const done = () => remove(one)
      response.once('finish', done).once('close', done)
    },
    stop: () => clearInterval(timer),
  }
}

function sameSender(one: Taker, other: Taker): boolean {
  return one.sender === other.sender
}

function sameGroup(one: Taker, other: Taker): boolean {
  return one.group === other.group
}
