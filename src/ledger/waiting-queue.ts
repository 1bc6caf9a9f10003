import { takeFirst, type Waiting } from './waiting-requests.ts'

/** The requests of one sender that wait. */
type Line = {
  readonly group: string | number
  readonly requests: Waiting[]
  /** Commands that it may still give before others have their turn; below zero after a large request. */
  credit: number
}

/** Commands of a group in one turn; divided among its senders. */
const commandsPerTurn = 128
/** Lines remembered that are empty. */
const idleLinesMax = 10_000
const nobody = { group: '', sender: '' } as const

/**
 * What waits for a writer. Senders take turns, groups of them with equal shares: who sends much makes itself wait, and
 * others no longer than for the batches that are on their way. The requests of one sender keep their order, and so do
 * those that were given back to be decided again, which come before all others.
 */
export class WaitingQueue {
  readonly #again: Waiting[] = []
  readonly #lines = new Map<string, Line>()
  /** The lines that are not empty, whose turn is next first. */
  readonly #turns: Line[] = []
  readonly #sendersOf = new Map<string | number, number>()
  #length = 0
  #commands = 0

  get length(): number {
    return this.#length
  }

  get commands(): number {
    return this.#commands
  }

  push(request: Waiting): void {
    const { group, sender } = request.sender ?? nobody
    let line = this.#lines.get(sender)
    if (line === undefined) {
      if (this.#lines.size >= idleLinesMax) this.#forgetIdle()
      line = { group, requests: [], credit: 0 }
      this.#lines.set(sender, line)
    }
    if (line.requests.length === 0) {
      this.#turns.push(line)
      this.#sendersOf.set(line.group, (this.#sendersOf.get(line.group) ?? 0) + 1)
    }
    line.requests.push(request)
    this.#count(request, 1)
  }

  /** Gives requests back, to be taken before all others. */
  unshift(...requests: readonly Waiting[]): void {
    this.#again.unshift(...requests)
    for (const request of requests) this.#count(request, 1)
  }

  /** Takes up to `commandsMax` commands, and at least one request. */
  take(commandsMax: number): Waiting[] {
    const taken = takeFirst(this.#again, commandsMax)
    let commands = 0
    for (const { group } of taken) commands += group.commands.length
    for (let at = 0; commands < commandsMax && at < this.#turns.length; ) {
      const line = this.#turns[at] as Line
      line.credit += commandsPerTurn / (this.#sendersOf.get(line.group) ?? 1)
      let fits = true
      let served = 0
      for (const request of line.requests) {
        if (line.credit <= 0) break
        const size = request.group.commands.length
        fits = taken.length === 0 || commands + size <= commandsMax
        if (!fits) break
        taken.push(request)
        line.credit -= size
        commands += size
        served += 1
      }
      line.requests.splice(0, served)
      // What is too large for the rest of this batch begins the next one.
      if (!fits) at += 1
      else this.#endTurn(line, at)
    }
    for (const request of taken) this.#count(request, -1)
    return taken
  }

  #endTurn(line: Line, at: number): void {
    this.#turns.splice(at, 1)
    if (line.requests.length > 0) {
      this.#turns.push(line)
      return
    }
    // Nothing is saved up by who has nothing to send.
    line.credit = Math.min(0, line.credit)
    const left = (this.#sendersOf.get(line.group) ?? 1) - 1
    if (left === 0) this.#sendersOf.delete(line.group)
    else this.#sendersOf.set(line.group, left)
  }

  #forgetIdle(): void {
    for (const [sender, line] of this.#lines) if (line.requests.length === 0) this.#lines.delete(sender)
  }

  #count({ group }: Waiting, by: 1 | -1): void {
    this.#length += by
    this.#commands += by * group.commands.length
  }
}
