/**
 * Lets large bodies be read (parsed, checked, understood) one in each turn of the event loop, and their senders take
 * turns: between two of them everything else goes on, such as what the database has answered.
 */
export function createReadingTurns(): (sender: string, read: () => void) => void {
  const waiting = new Map<string, (() => void)[]>()
  let isRunning = false
  const readNext = () => {
    const [next] = waiting
    if (next === undefined) {
      isRunning = false
      return
    }
    const [sender, reads] = next
    waiting.delete(sender)
    const read = reads.shift()
    if (reads.length > 0) waiting.set(sender, reads)
    setImmediate(readNext)
    read?.()
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
