import { RoundRobin, type Taker } from '#kernel'
import { createFairQueue } from '../limits/fair-queue.ts'

/** Reads the next piece of a body, and returns whether there is another. */
export type ReadNext = () => boolean

/** Large bodies. One in the middle of being read takes many times its bytes in memory. */
export const bodiesUnderWayMax = 4

/** Bodies up to this size do not wait for large ones. They are read one after the other. */
export const mediumBytesMax = 1024 * 1024

/**
 * Reads bodies in turn, one piece of one body after the other: as many in a turn of the event loop as `turnMs` admits,
 * but at least one. The groups of senders get equal numbers of pieces, and so do the senders of a group. A sender has
 * one body under way, and all senders `underWayMax`.
 */
export function createRoundRobinReading({
  underWayMax,
  turnMs = 0,
}: {
  readonly underWayMax: number
  readonly turnMs?: number
}): (sender: Taker, read: ReadNext) => void {
  // A quota leaves room for another taker: the last place is never taken.
  const enter = createFairQueue(underWayMax + 1)
  const waiting = new Map<string, ReadNext[]>()
  const underWay = new RoundRobin<Taker['group'], RoundRobin<string, Reading[]>>(() => new RoundRobin(() => []))
  let isRunning = false

  /** False when there is nothing to read. */
  const readNext = (): boolean => {
    const senders = underWay.first()
    const readings = senders?.first()
    const reading = readings?.[0]
    if (senders === undefined || readings === undefined || reading === undefined) return false
    const isDone = !reading.read()
    if (isDone) readings.shift()
    senders.serve(1, readings.length > 0)
    underWay.serve(1, senders.waiting > 0)
    if (isDone) reading.end()
    return true
  }
  const readOneTurn = () => {
    const untilMs = performance.now() + turnMs
    do {
      isRunning = readNext()
    } while (isRunning && performance.now() < untilMs)
    if (isRunning) setImmediate(readOneTurn)
  }
  const begin = (sender: Taker, read: ReadNext) => {
    const start = (leave: () => void) => {
      const end = () => {
        leave()
        const next = waiting.get(sender.sender)?.shift()
        if (next === undefined) waiting.delete(sender.sender)
        else begin(sender, next)
      }
      underWay.join(sender.group).join(sender.sender).push({ read, end })
      if (isRunning) return
      isRunning = true
      setImmediate(readOneTurn)
    }
    // The reading itself notices that its client has gone.
    enter(sender, { begin: start, isOver: () => false, leave: () => undefined })
  }

  return (sender, read) => {
    const own = waiting.get(sender.sender)
    if (own !== undefined) {
      own.push(read)
      return
    }
    waiting.set(sender.sender, [])
    begin(sender, read)
  }
}

type Reading = { readonly read: ReadNext; readonly end: () => void }
