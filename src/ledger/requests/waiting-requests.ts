import { createQuotas, type Taker, type Uuid } from '#kernel'
import { requestAbandoned } from '#platform/deadlines'
import { Fault } from '#platform/faults'
import type { BatchRequest } from '../booking/batch-knowledge.ts'
import { accountBusy } from '../booking/conflict.ts'
import type { BookNumber, CommandGroup } from '../commands.ts'
import type { IdempotentSubmission, SubmitOptions } from '../ledger.ts'
import type { RequestResult } from './keyed-requests.ts'

export type Waiting = BatchRequest & {
  readonly resolve: (result: RequestResult) => void
  readonly reject: (error: unknown) => void
  readonly isAbandoned: (() => boolean) | undefined
  readonly sender: Taker | undefined
  readonly bytes: number
  readonly arrivedMs: number
  failures: number
  fault: unknown
}

/** Beyond these limits, the database cannot keep up, and requests are refused. */
const commandsMax = 200_000
const bytesMax = 256 * 1024 * 1024
/** An older request is not started; its caller receives a retryable fault. */
const patienceMs = 15_000
/** Approximate size of a command without its texts. */
const commandBytes = 400
const bytesPerCharacter = 2

/** A writer's unanswered requests, with limits on number, size, age, and the quotas of one sender or book. */
export class WaitingRequests {
  #commands = 0
  #bytes = 0
  readonly #commandsOf = createQuotas(commandsMax)
  readonly #bytesOf = createQuotas(bytesMax)
  /** By book: ids of transfers that requests set apart create, with the first such request. */
  readonly #idsApart = new Map<BookNumber, Map<Uuid, Waiting>>()
  readonly #apart = new Set<Waiting>()

  get commands(): number {
    return this.#commands
  }

  /** Resolves with the request's result. Throws ledger_busy when too much waits. */
  admit(
    given: { readonly group: CommandGroup; readonly idempotency?: IdempotentSubmission } & SubmitOptions,
    enqueue: (request: Waiting) => void,
  ): Promise<RequestResult> {
    const { group, idempotency, isAbandoned, sender } = given
    const bytes = bytesOf(group)
    const isFull = this.#commands + group.commands.length > commandsMax || this.#bytes + bytes > bytesMax
    if (isFull || (sender !== undefined && !this.#takeQuota(sender, { group, bytes }))) {
      throw busy('Too many transfers wait to be booked. Send them again in a moment.')
    }
    const { promise, resolve, reject } = Promise.withResolvers<RequestResult>()
    this.#commands += group.commands.length
    this.#bytes += bytes
    const arrivedMs = performance.now()
    const asked = { group, idempotency, isAbandoned, sender }
    enqueue({ ...asked, resolve, reject, bytes, arrivedMs, failures: 0, fault: undefined })
    return promise
  }

  answer(request: Waiting, result: RequestResult): void {
    this.#release(request)
    request.resolve(result)
  }

  fail(request: Waiting, error: unknown): void {
    this.#release(request)
    request.reject(error)
  }

  /** Requests that name a transfer of this request must follow it. */
  setApart(request: Waiting): void {
    for (const { kind, book, id } of request.group.commands) {
      if (kind !== 'create') continue
      let ids = this.#idsApart.get(book)
      if (ids === undefined) {
        ids = new Map()
        this.#idsApart.set(book, ids)
      }
      if (!ids.has(id)) ids.set(id, request)
      this.#apart.add(request)
    }
  }

  /** The request names a transfer that a request set apart creates. */
  isBehindApart({ group }: Waiting): boolean {
    return this.#apart.size > 0 && group.commands.some(({ book, id }) => this.#idsApart.get(book)?.has(id) === true)
  }

  /** The request names a transfer that an earlier request, set apart and among `those`, creates. */
  isBehind(request: Waiting, those: (creator: Waiting) => boolean): boolean {
    if (this.#apart.size === 0 || (this.#apart.size === 1 && this.#apart.has(request))) return false
    return request.group.commands.some(({ book, id }) => {
      const creator = this.#idsApart.get(book)?.get(id)
      return creator !== undefined && creator.arrivedMs < request.arrivedMs && those(creator)
    })
  }

  /** If the request is abandoned or too old, fails it and returns true. */
  isOver(request: Waiting): boolean {
    const isTooOld = performance.now() - request.arrivedMs > patienceMs
    const isLeft = request.isAbandoned?.() === true
    if (!isTooOld && !isLeft) return false
    this.fail(request, isLeft && request.fault === undefined ? requestAbandoned() : tooLate(request))
    return true
  }

  #takeQuota(sender: Taker, { group, bytes }: Pick<Waiting, 'group' | 'bytes'>): boolean {
    const commands = group.commands.length
    if (!this.#commandsOf.take(sender, commands)) return false
    if (this.#bytesOf.take(sender, bytes)) return true
    this.#commandsOf.release(sender, commands)
    return false
  }

  #release(request: Waiting): void {
    const { group, sender, bytes } = request
    this.#commands -= group.commands.length
    this.#bytes -= bytes
    if (sender !== undefined) {
      this.#commandsOf.release(sender, group.commands.length)
      this.#bytesOf.release(sender, bytes)
    }
    if (!this.#apart.delete(request)) return
    for (const { book, id } of group.commands) {
      const ids = this.#idsApart.get(book)
      if (ids?.get(id) !== request) continue
      ids.delete(id)
      if (ids.size === 0) this.#idsApart.delete(book)
    }
  }
}

function bytesOf({ commands }: CommandGroup): number {
  let characters = 0
  for (const command of commands) {
    if (command.kind !== 'create') continue
    characters += command.reference?.length ?? 0
    for (const key in command.metadata) characters += key.length + (command.metadata[key]?.length ?? 0)
  }
  return commands.length * commandBytes + characters * bytesPerCharacter
}

function tooLate({ fault }: Waiting): Fault {
  if (fault instanceof Fault && fault.retryable && fault.code !== 'database_error') return fault
  if (fault === undefined)
    return busy('The transfer waited too long to be booked. Nothing was booked; send it again.', fault)
  return accountBusy(fault)
}

function busy(message: string, cause?: unknown): Fault {
  return new Fault({ code: 'ledger_busy', message, retryable: true, cause })
}

export function takeFirst(queue: Waiting[], commandsMax: number): Waiting[] {
  let commands = 0
  let taken = 0
  for (const { group } of queue) {
    if (taken > 0 && commands + group.commands.length > commandsMax) break
    commands += group.commands.length
    taken += 1
  }
  return queue.splice(0, taken)
}
