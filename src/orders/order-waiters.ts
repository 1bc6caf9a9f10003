import { setTimeout as sleep } from 'node:timers/promises'
import type { Uuid } from '#kernel'
import type { Queryable } from '#platform/postgres'
import { findEnded } from './order-store.ts'

export type OrderWaiters = {
  /** Resolves when the order has ended, the time is over, or the client has disconnected. */
  readonly wait: (
    order: Uuid,
    waiting: { readonly ms: number; readonly signal: { readonly aborted: boolean } },
  ) => Promise<void>
}

type Waiting = {
  readonly order: Uuid
  readonly untilMs: number
  readonly isLeft: () => boolean
  readonly notify: () => void
}

/** The polling interval, ms. It grows with the number of waiting requests. */
const lookMs = 25
const ordersPerMs = 10

/** One query serves all waiting requests. */
export function createOrderWaiters(database: Queryable): OrderWaiters {
  let waiting: Waiting[] = []
  let isLooking = false

  const look = async () => {
    while (waiting.length > 0) {
      await sleep(lookMs + waiting.length / ordersPerMs)
      // A failed query is retried; no request waits beyond its time.
      const ended = new Set(await findEnded(database, [...new Set(waiting.map(({ order }) => order))]).catch(() => []))
      const now = performance.now()
      const isOver = ({ order, untilMs, isLeft }: Waiting) => ended.has(order) || untilMs <= now || isLeft()
      for (const one of waiting) if (isOver(one)) one.notify()
      waiting = waiting.filter((one) => !isOver(one))
    }
    isLooking = false
  }
  return {
    wait: (order, { ms, signal }) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      // The query may take longer when the database does not respond.
      const timer = setTimeout(resolve, ms)
      const notify = () => {
        clearTimeout(timer)
        resolve()
      }
      waiting.push({ order, untilMs: performance.now() + ms, isLeft: () => signal.aborted, notify })
      if (!isLooking) {
        isLooking = true
        void look()
      }
      return promise
    },
  }
}
