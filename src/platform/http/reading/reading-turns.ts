/**
 * Reads large bodies, one piece in each turn of the event loop, and alternates between their senders. Between two
 * pieces all other work goes on, such as answers of the database. `read` reads the next piece and returns whether there
 * is another one. A sender's bodies are read one after the other.
 */
export function createReadingTurns(): (sender: string, read: () => boolean) => void {
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
