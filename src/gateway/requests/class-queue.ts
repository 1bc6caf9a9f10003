import { RoundRobin, type Taker } from '#kernel'

export type Queued = { readonly taker: Taker; readonly untilMs: number; state: 'waits' | 'runs' | 'over' }

/** Clients that are passed over in one search. */
const passedOverMax = 64

/** The waiting requests of one class, by turns of their clients. Those that are over are never first or last in line. */
export class ClassQueue<One extends Queued> {
  readonly #bySender = new RoundRobin<string, One[]>(() => [])

  push(one: One): void {
    this.#bySender.join(one.taker.sender).push(one)
  }

  /** Takes out the first for which there is a place, of the client whose turn it is. */
  take(hasPlace: (taker: Taker) => boolean): One | undefined {
    const goBack: (() => void)[] = []
    let found: One | undefined
    while (found === undefined && goBack.length < passedOverMax) {
      const queue = this.#first()
      const one = queue?.[0]
      if (queue === undefined || one === undefined) break
      if (hasPlace(one.taker)) {
        queue.shift()
        this.#bySender.serve(1, queue.length > 0)
        found = one
      } else goBack.push(this.#bySender.passOver())
    }
    for (const back of goBack) back()
    return found
  }

  /** The newest of the client whose turn is next. */
  newest(): One | undefined {
    return this.#first()?.at(-1)
  }

  /** Takes out what waits for too long. A queue of a client is in order of time, and all of a class have the same patience. */
  late(nowMs: number): One[] {
    const late: One[] = []
    const goBack: (() => void)[] = []
    for (let queue = this.#first(); queue !== undefined; queue = this.#first()) {
      const inTime = queue.findIndex(({ untilMs }) => untilMs > nowMs)
      const gone = queue.splice(0, inTime === -1 ? queue.length : inTime)
      late.push(...gone.filter(waits))
      if (queue.some(waits)) goBack.push(this.#bySender.passOver())
    }
    for (const back of goBack) back()
    return late
  }

  /** The queue of the client whose turn is next, with one that waits at both ends. Clients without one leave the line. */
  #first(): One[] | undefined {
    for (let queue = this.#bySender.first(); queue !== undefined; queue = this.#bySender.first()) {
      while (queue[0]?.state === 'over') queue.shift()
      while (queue.at(-1)?.state === 'over') queue.pop()
      if (queue.length > 0) return queue
      this.#bySender.serve(0, false)
    }
    return undefined
  }
}

function waits({ state }: Queued): boolean {
  return state === 'waits'
}
