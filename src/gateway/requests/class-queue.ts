import { RoundRobin, type Taker } from '#kernel'

export type Queued = { readonly taker: Taker; readonly untilMs: number; state: 'waits' | 'runs' | 'over' }

/** Clients that are passed over in one search. */
const passedOverMax = 64

/** The waiting requests of one class, by turns of their clients. Those that are over are removed when they come first. */
export class ClassQueue<One extends Queued> {
  readonly #bySender = new RoundRobin<string, One[]>(() => [])

  push(one: One): void {
    this.#bySender.join(one.taker.sender).push(one)
  }

  /** Takes out the first for which there is a place, of the client whose turn it is. */
  take(hasPlace: (taker: Taker) => boolean): One | undefined {
    return this.#search((queue) => {
      while (queue[0]?.state === 'over') queue.shift()
      const [first] = queue
      if (first === undefined) {
        this.#bySender.serve(0, false)
        return 'empty'
      }
      if (!hasPlace(first.taker)) return undefined
      queue.shift()
      this.#bySender.serve(1, queue.length > 0)
      return first
    })
  }

  /** The newest of the client whose turn is next. */
  newest(): One | undefined {
    return this.#search((queue) => queue.findLast(({ state }) => state === 'waits'))
  }

  /** A queue of a client is in order of time, and all of a class have the same patience. */
  late(nowMs: number): One[] {
    const late: One[] = []
    const goBack: (() => void)[] = []
    for (let queue = this.#bySender.first(); queue !== undefined; queue = this.#bySender.first()) {
      for (const one of queue) {
        if (one.untilMs > nowMs) break
        if (one.state === 'waits') late.push(one)
      }
      goBack.push(this.#bySender.passOver())
    }
    for (const back of goBack) back()
    return late
  }

  #search(look: (queue: One[]) => One | 'empty' | undefined): One | undefined {
    const goBack: (() => void)[] = []
    let found: One | undefined
    while (found === undefined && goBack.length < passedOverMax) {
      const queue = this.#bySender.first()
      if (queue === undefined) break
      const result = look(queue)
      if (result === undefined) goBack.push(this.#bySender.passOver())
      else if (result !== 'empty') found = result
    }
    for (const back of goBack) back()
    return found
  }
}
