/** A body in the middle of being read takes many times its bytes in memory. */
export const bodiesUnderWayMax = 4

/**
 * Reads large bodies, one piece per turn of the event loop. Up to {@link bodiesUnderWayMax} senders take turns, each with
 * one body; the others wait until a body is finished. `read` reads the next piece and returns whether there is another.
 */
export function createRoundRobinReading(): (sender: string, read: () => boolean) => void {
  const waiting = new Map<string, (() => boolean)[]>()
  const underWay = new Map<string, () => boolean>()
  let isRunning = false
  const beginNext = () => {
    for (const [sender, reads] of waiting) {
      if (underWay.size >= bodiesUnderWayMax) return
      const [read] = reads
      if (read === undefined || underWay.has(sender)) continue
      underWay.set(sender, read)
      waiting.delete(sender)
      if (reads.length > 1) waiting.set(sender, reads.slice(1))
    }
  }
  const readNext = () => {
    beginNext()
    const [next] = underWay
    if (next === undefined) {
      isRunning = false
      return
    }
    const [sender, read] = next
    underWay.delete(sender)
    setImmediate(readNext)
    if (read()) underWay.set(sender, read)
  }
  return (sender, read) => {
    const reads = waiting.get(sender)
    if (reads !== undefined) reads.push(read)
    else waiting.set(sender, [read])
    if (isRunning) return
    isRunning = true
    setImmediate(readNext)
  }
}
