import { createQuotas, RoundRobin, type Taker } from '#kernel'

export type Handling = {
  /** Calls `done` once it no longer needs a connection. Repeated calls are ignored. */
  readonly begin: (done: () => void) => void
  /** When true, `leave` is called instead of `begin`. */
  readonly isOver: () => boolean
  readonly leave: () => void
}

const passedOverMax = 64

/**
 * Limits the requests handled at once, with a quota for each key, and for all keys of a book together. Requests beyond
 * a quota wait and are served round robin.
 */
export function createFairQueue(max: number): (taker: Taker, handling: Handling) => void {
  const places = createQuotas(max)
  const groups = new RoundRobin<string | number, RoundRobin<string, Handling[]>>(() => new RoundRobin(() => []))

  const begin = (taker: Taker, handling: Handling) => {
    let hasPlace = true
    handling.begin(() => {
      if (!hasPlace) return
      hasPlace = false
      places.release(taker, 1)
      if (groups.waiting > 0) beginNext()
    })
  }

  const nextOf = (group: Taker['group'], senders: RoundRobin<string, Handling[]>, passedOver: (() => void)[]) => {
    const sender = senders.firstName()
    const waiting = senders.first()
    const handling = waiting?.[0]
    if (sender === undefined || waiting === undefined || handling === undefined) {
      passedOver.push(groups.passOver())
      return undefined
    }
    const taker = { group, sender }
    const isOver = handling.isOver()
    if (!isOver && !places.take(taker, 1)) {
      // If the sender holds no place and still gets none, its group's quota is exhausted.
      passedOver.push(places.of(taker) > 0 ? senders.passOver() : groups.passOver())
      return undefined
    }
    waiting.shift()
    senders.serve(isOver ? 0 : 1, waiting.length > 0)
    groups.serve(isOver ? 0 : 1, senders.waiting > 0)
    return isOver ? handling.leave : () => begin(taker, handling)
  }

  const beginNext = () => {
    const passedOver: (() => void)[] = []
    const begun: (() => void)[] = []
    while (passedOver.length < passedOverMax) {
      const group = groups.firstName()
      const senders = groups.first()
      if (group === undefined || senders === undefined) break
      const go = nextOf(group, senders, passedOver)
      if (go !== undefined) begun.push(go)
    }
    for (const goBack of passedOver) goBack()
    for (const go of begun) go()
  }

  return (taker, handling) => {
    // Needs no check of the queue: when a place was last released, no waiting request could begin.
    if (places.take(taker, 1)) begin(taker, handling)
    else groups.join(taker.group).join(taker.sender).push(handling)
  }
}

/** Like {@link createFairQueue}, for work that ends with its promise. It begins even if no one waits for it. */
export function createTurns(max: number): <Value>(taker: Taker, work: () => Promise<Value>) => Promise<Value> {
  const enter = createFairQueue(max)
  return async (taker, work) => {
    const { promise, resolve } = Promise.withResolvers<() => void>()
    enter(taker, { begin: resolve, isOver: () => false, leave: () => undefined })
    const leave = await promise
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
