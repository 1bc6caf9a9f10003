/**
 * Lets large bodies be read, a piece of one in each turn of the event loop, and their senders take turns: between two
 * pieces everything else goes on, such as what the database has answered. `read` reads the next piece, and answers
 * whether there is another one; a sender's bodies are read one after the other.
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
