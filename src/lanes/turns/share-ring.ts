import { BookTurns } from './book-turns.ts'

export type ShareClaim = { readonly share: number; readonly floor: bigint; readonly quota: number }

/** At most `limit` messages of these shares, in this order. */
export type Claim = { readonly limit: number; readonly shares: readonly ShareClaim[] }

export type ShareFound = { readonly count: number; readonly lastId: bigint }

/** `out`: no known work. `waiting`: for its turn. `claiming`: in a running claim. `full`: has work, but no room. */
type Place = 'out' | 'waiting' | 'claiming' | 'full'

type ShareState = {
  place: Place
  book: number
  /** Work may have arrived during the claim. */
  again: boolean
  /** The last claim got less than its quota from this share. */
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

/** More shares would leave only a few messages for each. */
const sharesPerClaim = 32
/**
 * A floor rises to the position of the claims this long ago. It spares each claim a scan of the dead rows of taken
 * messages, which is slow while an old snapshot is open. A message that took longer to commit is below the floor, and
 * is found when the floor is reset.
 */
const floorMs = 200
const floorResetMs = 2_000
const expectedMs = 1_000
const statesMax = 4_096

/** Each claim takes messages from the first shares with work, and moves these shares to the end of the ring. */
export class ShareRing {
  readonly #floors: boolean
  readonly #states = new Map<number, ShareState>()
  readonly #waiting = new BookTurns()
  readonly #expected = new Set<number>()

  constructor(options: { readonly floors: boolean }) {
    this.#floors = options.floors
  }

  get hasWork(): boolean {
    return this.#waiting.size > 0
  }

  found(share: number, book = 0): void {
    const state = this.#state(share, book)
    // Its messages may be below the floor.
    if (state.place === 'out') state.floor = 0n
    this.#enter(share, state)
  }

  /** Call when this process enqueues for the share; call `wake` after the commit. */
  expect(share: number, nowMs: number, book = 0): void {
    const state = this.#state(share, book)
    state.expected += 1
    state.expectedUntil = nowMs + expectedMs
    this.#expected.add(share)
  }

  wake(nowMs: number): void {
    for (const share of this.#expected) {
      const state = this.#state(share)
      this.#enter(share, state)
      // The messages were rolled back, or another process has taken them.
      if (state.expectedUntil < nowMs) this.#expectNoMore(share, state)
    }
  }

  /** Divides up to `limit` messages evenly among the books, and among the shares of each book. */
  plan(limit: number, ceilingOf: (share: number) => number, nowMs: number): Claim {
    const chosen: { share: number; state: ShareState; room: number }[] = []
    for (let share = this.#waiting.take(); share !== undefined; share = this.#waiting.take()) {
      const state = this.#state(share)
      const room = ceilingOf(share) - state.inFlight
      if (room <= 0) {
        state.place = 'full'
        continue
      }
      state.place = 'claiming'
      state.again = false
      chosen.push({ share, state, room })
      if (chosen.length >= sharesPerClaim || chosen.length >= limit) break
    }
    // Sparse shares come first, so that the other shares can use what they leave.
    chosen.sort((one, other) => Number(other.state.sparse) - Number(one.state.sparse))
    const dense = new Map<number, number>()
    for (const { state } of chosen) if (!state.sparse) dense.set(state.book, (dense.get(state.book) ?? 0) + 1)
    const shares = chosen.map(({ share, state, room }) => {
      if (this.#floors) moveFloor(state, nowMs)
      const quota = Math.ceil(limit / (state.sparse ? chosen.length : dense.size * (dense.get(state.book) ?? 1)))
      return { share, floor: state.floor, quota: Math.min(quota, room) }
    })
    return { limit, shares }
  }

  /** Returns whether there is more. A share that gave less than its quota has no more, unless the limit cut it off. */
  claimed({ limit, shares }: Claim, found: ReadonlyMap<number, ShareFound>): boolean {
    const total = shares.reduce((sum, { share }) => sum + (found.get(share)?.count ?? 0), 0)
    const gaveAll: [number, ShareState][] = []
    let isMore = false
    for (const { share, quota } of shares) {
      const state = this.#state(share)
      const { count, lastId } = found.get(share) ?? nothing
      state.place = 'out'
      state.expected -= count
      if (state.expected <= 0) this.#expectNoMore(share, state)
      noteTaken(state, count, lastId)
      if (count >= quota) gaveAll.push([share, state])
      else if (total < limit) state.sparse = true
      if (count >= quota || total >= limit) isMore = true
      if (count < quota && (state.again || total >= limit)) this.#enter(share, state)
    }
    // These shares wait behind the shares that the limit cut off.
    for (const [share, state] of gaveAll) {
      state.sparse = false
      this.#enter(share, state)
    }
    for (const { share } of shares) this.#forgetIfIdle(share, this.#state(share))
    return isMore
  }

  unclaimed({ shares }: Claim): void {
    for (const { share } of shares) {
      const state = this.#state(share)
      state.place = 'out'
      this.#enter(share, state)
    }
  }

  released(share: number, count: number): void {
    const state = this.#state(share)
    state.inFlight -= count
    if (state.place === 'full') {
      state.place = 'out'
      this.#enter(share, state)
    } else this.#forgetIfIdle(share, state)
  }

  /** Messages of the share are in the queue again, because their transaction was rolled back. */
  returned(share: number): void {
    const state = this.#state(share)
    state.floor = 0n
    state.claimed = 0n
    state.pastClaimed = 0n
    this.#enter(share, state)
  }

  #expectNoMore(share: number, state: ShareState): void {
    state.expected = 0
    this.#expected.delete(share)
  }

  #enter(share: number, state: ShareState): void {
    if (state.place === 'out') {
      state.place = 'waiting'
      this.#waiting.add(state.book, share)
    } else if (state.place === 'claiming') state.again = true
  }

  #state(share: number, book = 0): ShareState {
    let state = this.#states.get(share)
    if (state !== undefined && book !== 0) state.book = book
    if (state === undefined) {
      state = {
        place: 'out',
        book,
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
      this.#states.set(share, state)
    }
    return state
  }

  #forgetIfIdle(share: number, state: ShareState): void {
    if (this.#states.size <= statesMax || state.place !== 'out' || state.inFlight > 0) return
    if (!this.#expected.has(share)) this.#states.delete(share)
  }
}

const nothing: ShareFound = { count: 0, lastId: 0n }

function noteTaken(state: ShareState, count: number, lastId: bigint): void {
  state.inFlight += count
  if (count === 0) return
  state.claimed = lastId
  if (lastId < state.pastClaimed) state.pastClaimed = lastId
}

function moveFloor(state: ShareState, nowMs: number): void {
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
