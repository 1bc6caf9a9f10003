import { RoundRobin } from '#kernel'
import { takeFirst, type Waiting } from './waiting-requests.ts'

/** How many requests may be passed over because they are too large for the rest of a batch. */
const passedOverMax = 16
const anonymous = { group: '', sender: '' } as const

/**
 * Groups of senders take turns with equal parts of the commands, and so do the senders of a group. So a busy sender
 * delays only itself. The requests of one sender keep their order. Returned requests keep theirs and come first.
 */
export class WaitingQueue {
  readonly #again: Waiting[] = []
  readonly #groups = new RoundRobin<string | number, RoundRobin<string, Waiting[]>>(() => new RoundRobin(() => []))
  #length = 0
  #commands = 0

  get length(): number {
    return this.#length
  }

  get commands(): number {
    return this.#commands
  }

  push(request: Waiting): void {
    const { group, sender } = request.sender ?? anonymous
    this.#groups.join(group).join(sender).push(request)
    this.#count(request, 1)
  }

  unshift(...requests: readonly Waiting[]): void {
    this.#again.unshift(...requests)
    for (const request of requests) this.#count(request, 1)
  }

  /** Takes at least one request, even beyond `commandsMax`. */
  take(commandsMax: number): Waiting[] {
    const taken = takeFirst(this.#again, commandsMax)
    let commands = 0
    for (const { group } of taken) commands += group.commands.length
    const passedOver: (() => void)[] = []
    while (commands < commandsMax) {
      const senders = this.#groups.first()
      if (senders === undefined) break
      const requests = senders.first()
      const [request] = requests ?? []
      if (requests === undefined || request === undefined) {
        passedOver.push(this.#groups.passOver())
        continue
      }
      const size = request.group.commands.length
      if (taken.length > 0 && commands + size > commandsMax) {
        // A request too large for the rest of this batch starts the next one.
        if (passedOver.length >= passedOverMax) break
        passedOver.push(senders.passOver())
        continue
      }
      requests.shift()
      taken.push(request)
      commands += size
      senders.serve(size, requests.length > 0)
      this.#groups.serve(size, senders.waiting > 0)
    }
    for (const goBack of passedOver) goBack()
    for (const request of taken) this.#count(request, -1)
    return taken
  }

  #count({ group }: Waiting, by: 1 | -1): void {
    this.#length += by
    this.#commands += by * group.commands.length
  }
}
