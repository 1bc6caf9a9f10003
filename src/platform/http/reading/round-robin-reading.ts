/**
 * Reads large bodies, one piece per turn of the event loop, and alternates between senders. `read` reads the next piece
 * and returns whether there is another.
 */
export function createRoundRobinReading(): (sender: string, read: () => boolean) => void {
  const waiting = new Map<string, (() => boolean)[]>()
  let isRunning = false
  const readNext = () => {
    const [next] = waiting
    if (next === undefined) {
      isRunning = false
      return
    }
    const [sender, reads] = next
    waiting.delete(sender)
    setImmediate(readNext)
    if (reads[0]?.() !== true) reads.shift()
    if (reads.length > 0) waiting.set(sender, reads)
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
