import { BookRotation } from './book-rotation.ts'

export type TenantClaim = { readonly tenant: number; readonly floor: bigint; readonly quota: number }

/** At most `limit` messages of these tenants, in this order. */
export type Claim = { readonly limit: number; readonly tenants: readonly TenantClaim[] }

export type ClaimOptions = {
  readonly limit: number
  readonly ceilingOf: (tenant: number) => number
  readonly nowMs: number
}

export type TenantCount = { readonly count: number; readonly lastId: bigint }

type Named = { readonly tenant: number; readonly book?: number }

/** `out`: no known work. `waiting`: for its turn. `claiming`: in a running claim. `full`: has work, but no room. */
type Place = 'out' | 'waiting' | 'claiming' | 'full'

type TenantState = {
  place: Place
  book: number
  /** Work may have arrived during the claim. */
  again: boolean
  /** The last claim got less than its quota from this tenant. */
  sparse: boolean
  inFlight: number
  /** Everything up to this id has been taken, except messages that were committed late; see `floorMs`. */
  floor: bigint
  /** The position of the claims when the floor was last raised, and now. */
  pastClaimed: bigint
  claimed: bigint
  raiseAt: number
  resetAt: number
  /** Messages that this process enqueued and has not seen since, and until when the ring expects them. */
  expected: number
  expectedUntil: number
}

/** More tenants would leave only a few messages for each. */
const tenantsPerClaim = 32
/**
 * A floor rises to the position of the claims this long ago. It spares each claim a scan of the dead rows of taken
 * messages, which is slow while an old snapshot is open. A message that took longer to commit is below the floor, and
 * is found when the floor is reset.
 */
const floorMs = 200
const floorResetMs = 2_000
const expectedMs = 1_000
const statesMax = 4_096

/** Each claim takes messages from the first tenants with work, and moves these tenants to the end of the ring. */
export class TenantRing {
  readonly #floors: boolean
  readonly #states = new Map<number, TenantState>()
  readonly #waiting = new BookRotation()
  readonly #expected = new Set<number>()
  readonly #full = new Set<number>()

  constructor(options: { readonly floors: boolean }) {
    this.#floors = options.floors
  }

  get hasWork(): boolean {
    return this.#waiting.size > 0
  }

  found(named: Named): void {
    const state = this.#stateIn(named)
    // Its messages may be below the floor.
    if (state.place === 'out') state.floor = 0n
    this.#enter(named.tenant, state)
  }

  /** Call when this process enqueues for the tenant; call `wake` after the commit. */
  expect(named: Named & { readonly nowMs: number }): void {
    const state = this.#stateIn(named)
    state.expected += 1
    state.expectedUntil = named.nowMs + expectedMs
    this.#expected.add(named.tenant)
  }

  wake(nowMs: number): void {
    for (const tenant of this.#expected) {
      const state = this.#state(tenant)
      this.#enter(tenant, state)
      // The messages were rolled back, or another process has taken them.
      if (state.expectedUntil < nowMs) this.#expectNoMore(tenant, state)
    }
  }

  /** Divides up to `limit` messages evenly among the books, and among the tenants of each book. */
  plan({ limit, ceilingOf, nowMs }: ClaimOptions): Claim {
    const chosen: { tenant: number; state: TenantState; room: number }[] = []
    for (let tenant = this.#waiting.take(); tenant !== undefined; tenant = this.#waiting.take()) {
      const state = this.#state(tenant)
      const room = ceilingOf(tenant) - state.inFlight
      if (room <= 0) {
        state.place = 'full'
        this.#full.add(tenant)
        continue
      }
      state.place = 'claiming'
      state.again = false
      chosen.push({ tenant, state, room })
      if (chosen.length >= tenantsPerClaim || chosen.length >= limit) break
    }
    // Sparse tenants come first, so that the other tenants can use what they leave.
    chosen.sort((one, other) => Number(other.state.sparse) - Number(one.state.sparse))
    const dense = new Map<number, number>()
    for (const { state } of chosen) if (!state.sparse) dense.set(state.book, (dense.get(state.book) ?? 0) + 1)
    const tenants = chosen.map(({ tenant, state, room }) => {
      if (this.#floors) moveFloor(state, nowMs)
      const quota = Math.ceil(limit / (state.sparse ? chosen.length : dense.size * (dense.get(state.book) ?? 1)))
      return { tenant, floor: state.floor, quota: Math.min(quota, room) }
    })
    return { limit, tenants }
  }

  /** Returns whether there is more. A tenant that gave less than its quota has no more, unless the limit cut it off. */
  claimed({ limit, tenants }: Claim, found: ReadonlyMap<number, TenantCount>): boolean {
    const total = tenants.reduce((sum, { tenant }) => sum + (found.get(tenant)?.count ?? 0), 0)
    const gaveAll: [number, TenantState][] = []
    let isMore = false
    for (const { tenant, quota } of tenants) {
      const state = this.#state(tenant)
      const { count, lastId } = found.get(tenant) ?? nothing
      state.place = 'out'
      state.expected -= count
      if (state.expected <= 0) this.#expectNoMore(tenant, state)
      noteTaken(state, count, lastId)
      if (count >= quota) gaveAll.push([tenant, state])
      else if (total < limit) state.sparse = true
      if (count >= quota || total >= limit) isMore = true
      if (count < quota && (state.again || total >= limit)) this.#enter(tenant, state)
    }
    this.#noteOthers(tenants, found, total)
    // These tenants wait behind the tenants that the limit cut off.
    for (const [tenant, state] of gaveAll) {
      state.sparse = false
      this.#enter(tenant, state)
    }
    for (const { tenant } of tenants) this.#forgetIfIdle(tenant, this.#state(tenant))
    return isMore
  }

  /** Earlier messages of a key come along, whoever's they are. */
  #noteOthers(tenants: Claim['tenants'], found: ReadonlyMap<number, TenantCount>, counted: number): void {
    if ([...found.values()].reduce((sum, { count }) => sum + count, 0) === counted) return
    const own = new Set(tenants.map(({ tenant }) => tenant))
    for (const [tenant, { count, lastId }] of found) {
      if (!own.has(tenant)) noteTaken(this.#state(tenant), count, lastId)
    }
  }

  unclaimed({ tenants }: Claim): void {
    for (const { tenant } of tenants) {
      const state = this.#state(tenant)
      state.place = 'out'
      this.#enter(tenant, state)
    }
  }

  released({ tenant, count }: { readonly tenant: number; readonly count: number }): void {
    const state = this.#state(tenant)
    state.inFlight -= count
    if (state.place === 'full') this.#roomAgain(tenant, state)
    else this.#forgetIfIdle(tenant, state)
  }

  /** Ceilings may have been raised. */
  retryFull(): void {
    for (const tenant of [...this.#full]) this.#roomAgain(tenant, this.#state(tenant))
  }

  #roomAgain(tenant: number, state: TenantState): void {
    this.#full.delete(tenant)
    state.place = 'out'
    this.#enter(tenant, state)
  }

  /** Messages of the tenant are in the queue again, because their transaction was rolled back. */
  returned(tenant: number): void {
    const state = this.#state(tenant)
    state.floor = 0n
    state.claimed = 0n
    state.pastClaimed = 0n
    this.#enter(tenant, state)
  }

  #expectNoMore(tenant: number, state: TenantState): void {
    state.expected = 0
    this.#expected.delete(tenant)
  }

  #enter(tenant: number, state: TenantState): void {
    if (state.place === 'out') {
      state.place = 'waiting'
      this.#waiting.add(tenant, state)
    } else if (state.place === 'claiming') state.again = true
  }

  #stateIn({ tenant, book = 0 }: Named): TenantState {
    const state = this.#state(tenant)
    if (book !== 0) state.book = book
    return state
  }

  #state(tenant: number): TenantState {
    let state = this.#states.get(tenant)
    if (state === undefined) {
      state = {
        place: 'out',
        book: 0,
        again: false,
        sparse: false,
        inFlight: 0,
        floor: 0n,
        pastClaimed: 0n,
        claimed: 0n,
        raiseAt: 0,
        resetAt: 0,
        expected: 0,
        expectedUntil: 0,
      }
      this.#states.set(tenant, state)
    }
    return state
  }

  #forgetIfIdle(tenant: number, state: TenantState): void {
    if (this.#states.size <= statesMax || state.place !== 'out' || state.inFlight > 0) return
    if (!this.#expected.has(tenant)) this.#states.delete(tenant)
  }
}

const nothing: TenantCount = { count: 0, lastId: 0n }

function noteTaken(state: TenantState, count: number, lastId: bigint): void {
  state.inFlight += count
  if (count === 0) return
  state.claimed = lastId
  if (lastId < state.pastClaimed) state.pastClaimed = lastId
}

function moveFloor(state: TenantState, nowMs: number): void {
  if (nowMs >= state.resetAt) {
    state.floor = 0n
    state.resetAt = nowMs + floorResetMs
    state.raiseAt = nowMs
  } else if (nowMs >= state.raiseAt) {
    state.floor = state.pastClaimed
    state.pastClaimed = state.claimed
    state.raiseAt = nowMs + floorMs
  }
}
