import type { TenantClaim } from '../../fairness/tenant-ring.ts'
import type { FoundTenant } from '../taken-message.ts'
import type { SentMessage } from './message-record.ts'

/** A message that this process has read from a topic. */
export type Held = { readonly message: SentMessage; readonly handled: () => void }

/** Messages with one key, in their order. The first `inFlight` are in one batch. */
type Chain = { readonly held: Held[]; inFlight: number; batch: object | undefined }

export type HeldBatch = readonly Held[]

/**
 * The messages of a lane that this process holds, by kind and tenant. A message is picked when all earlier ones of its
 * key are settled or in the same batch: so the order of a key is kept, while other keys pass by.
 */
export class HeldMessages {
  readonly #kinds = new Map<string, Map<number, Held[]>>()
  readonly #chains = new Map<string, Chain>()
  #current = new Set<Held>()
  #waiting = 0

  /** Those that are in no batch. */
  get waiting(): number {
    return this.#waiting
  }

  add(held: Held): void {
    this.#current.add(held)
    this.#enter(held)
    const key = held.message.subject
    const chain = this.#chains.get(key)
    if (chain === undefined) this.#chains.set(key, { held: [held], inFlight: 0, batch: undefined })
    else chain.held.push(held)
  }

  pick(
    kind: string,
    { limit, tenants }: { readonly limit: number; readonly tenants: readonly TenantClaim[] },
  ): HeldBatch {
    const batch: Held[] = []
    for (const { tenant, quota } of tenants) {
      const queue = this.#kinds.get(kind)?.get(tenant)
      if (queue === undefined) continue
      const most = Math.min(quota, limit - batch.length)
      this.#keep(kind, tenant, this.#pickFrom(queue, most, batch))
    }
    this.#waiting -= batch.length
    return batch
  }

  /** Returns the tenants whose next messages may be picked now. */
  settle(batch: HeldBatch): FoundTenant[] {
    for (const held of batch) this.#current.delete(held)
    const found = new FoundTenants()
    this.#release(batch, found)
    for (const { message } of batch) {
      if (this.#kinds.get(message.kind)?.has(message.tenant)) found.add(message)
    }
    return found.all()
  }

  /** The batch is to be picked again, before what came after it. */
  giveBack(batch: HeldBatch): FoundTenant[] {
    const again = batch.filter((held) => this.#current.has(held))
    for (const held of again.toReversed()) this.#enter(held, 'first')
    const found = new FoundTenants()
    this.#release(
      batch.filter((held) => !this.#current.has(held)),
      found,
    )
    for (const { message } of again) {
      const chain = this.#chains.get(message.subject)
      if (chain !== undefined) chain.inFlight = 0
      found.add(message)
    }
    return found.all()
  }

  /** Forgets all messages in no batch: they come again. Those in a batch still precede what comes of their keys. */
  drop(): void {
    this.#kinds.clear()
    this.#waiting = 0
    this.#current = new Set()
    for (const [key, chain] of this.#chains) {
      chain.held.length = chain.inFlight
      if (chain.inFlight === 0) this.#chains.delete(key)
    }
  }

  oldestDueAt(): number | undefined {
    const heads = [...this.#kinds.values()].flatMap((tenants) =>
      [...tenants.values()].flatMap((queue) => queue[0] ?? []),
    )
    return heads.length === 0 ? undefined : Math.min(...heads.map(({ message }) => message.dueAt))
  }

  /** Claims for all that waits of a kind. */
  all(kind: string): TenantClaim[] {
    const tenants = this.#kinds.get(kind) ?? new Map<number, Held[]>()
    return [...tenants].map(([tenant, queue]) => ({ tenant, floor: 0n, quota: queue.length }))
  }

  /** How many wait, by tenant. */
  counts(kind: string): ReadonlyMap<number, number> {
    return new Map([...(this.#kinds.get(kind) ?? [])].map(([tenant, queue]) => [tenant, queue.length]))
  }

  kinds(): readonly string[] {
    return [...this.#kinds.keys()]
  }

  /** Takes out the last messages of a tenant, so that the first `kept` wait on. Those that others of their key follow stay. */
  takeLast(kind: string, { tenant, kept }: { readonly tenant: number; readonly kept: number }): HeldBatch {
    const queue = this.#kinds.get(kind)?.get(tenant) ?? []
    const taken: Held[] = []
    const left = queue.slice(0, kept)
    const passed: Held[] = []
    for (const held of queue.slice(kept).toReversed()) {
      const chain = this.#chains.get(held.message.subject)
      if (chain === undefined || chain.held.at(-1) !== held || chain.held.length === chain.inFlight) {
        passed.unshift(held)
        continue
      }
      chain.held.pop()
      if (chain.held.length === 0) this.#chains.delete(held.message.subject)
      taken.unshift(held)
    }
    this.#keep(kind, tenant, [...left, ...passed])
    this.#waiting -= taken.length
    return taken
  }

  /** What was taken out is stored elsewhere. */
  tookOut(batch: HeldBatch): void {
    for (const held of batch) this.#current.delete(held)
  }

  /** What was taken out is stored nowhere else. It may come after what has been read of its key meanwhile. */
  bringBack(batch: HeldBatch): void {
    for (const held of batch) if (this.#current.delete(held)) this.add(held)
  }

  #pickFrom(queue: readonly Held[], most: number, batch: Held[]): Held[] {
    const passed: Held[] = []
    let picked = 0
    let at = 0
    for (; at < queue.length && picked < most; at += 1) {
      const held = queue[at]
      if (held === undefined) continue
      const chain = this.#chains.get(held.message.subject)
      const isNext = chain?.held[chain.inFlight] === held && (chain.inFlight === 0 || chain.batch === batch)
      if (chain === undefined || !isNext) {
        passed.push(held)
        continue
      }
      chain.batch = batch
      chain.inFlight += 1
      picked += 1
      batch.push(held)
    }
    return [...passed, ...queue.slice(at)]
  }

  #enter(held: Held, place: 'first' | 'last' = 'last'): void {
    const { kind, tenant } = held.message
    const tenants = this.#kinds.get(kind) ?? new Map<number, Held[]>()
    this.#kinds.set(kind, tenants)
    const queue = tenants.get(tenant)
    if (queue === undefined) tenants.set(tenant, [held])
    else if (place === 'last') queue.push(held)
    else queue.unshift(held)
    this.#waiting += 1
  }

  #keep(kind: string, tenant: number, queue: Held[]): void {
    const tenants = this.#kinds.get(kind)
    if (queue.length > 0) tenants?.set(tenant, queue)
    else tenants?.delete(tenant)
  }

  #release(batch: HeldBatch, found: FoundTenants): void {
    for (const { message } of batch) {
      const key = message.subject
      const chain = this.#chains.get(key)
      // The first message of a key has released the others.
      if (chain === undefined || chain.inFlight === 0) continue
      chain.held.splice(0, chain.inFlight)
      chain.inFlight = 0
      const [next] = chain.held
      if (next === undefined) this.#chains.delete(key)
      else found.add(next.message)
    }
  }
}

/** The tenants of messages, each once. */
export class FoundTenants {
  readonly #kinds = new Map<string, Map<number, FoundTenant>>()

  add({ lane, kind, tenant, book }: SentMessage): void {
    let tenants = this.#kinds.get(kind)
    if (tenants === undefined) {
      tenants = new Map()
      this.#kinds.set(kind, tenants)
    }
    if (!tenants.has(tenant)) tenants.set(tenant, { lane, kind, tenant, book: tenant > 0 ? book : -tenant })
  }

  all(): FoundTenant[] {
    return [...this.#kinds.values()].flatMap((tenants) => [...tenants.values()])
  }
}
