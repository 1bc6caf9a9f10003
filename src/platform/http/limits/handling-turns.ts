import { createShares, type Taker, Turns } from '#kernel'

export type Handling = {
  /** Calls `done` when it needs no connection any more, once or more often. */
  readonly begin: (done: () => void) => void
  /** Whether the client no longer waits. Then `leave` is called in place of `begin`. */
  readonly isOver: () => boolean
  readonly leave: () => void
}

/** How many takers are passed over at most, each time that a place becomes free. */
const passedOverMax = 64

/**
 * Limits how many requests are handled at once. Each key, and all keys of a book together, have a share of the places.
 * Requests beyond a share wait. Waiting requests are served in turn, with equal shares for keys and books. So other
 * keys get a connection of the pool within a moment, however many requests of one key wait.
 */
export function createHandlingTurns(max: number): (taker: Taker, handling: Handling) => void {
  const places = createShares(max)
  const groups = new Turns<string | number, Turns<string, Handling[]>>(() => new Turns(() => []))

  const begin = (taker: Taker, handling: Handling) => {
    let hasPlace = true
    handling.begin(() => {
      if (!hasPlace) return
      hasPlace = false
      places.release(taker, 1)
      if (groups.waiting > 0) beginNext()
    })
  }

  /** The action for the first request of a group; undefined when it cannot begin and is passed over. */
  const nextOf = (group: Taker['group'], senders: Turns<string, Handling[]>, passedOver: (() => void)[]) => {
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
      // A sender without a place that gets none is refused because of its group's share.
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
    // None of the waiting requests could begin when a place was last released.
    if (places.take(taker, 1)) begin(taker, handling)
    else groups.join(taker.group).join(taker.sender).push(handling)
  }
}
