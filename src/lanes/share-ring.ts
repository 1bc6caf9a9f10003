import { BookTurns } from './book-turns.ts'

/** What is asked of a share in one claim: up to `quota` messages with ids above `floor`. */
export type ShareClaim = { readonly share: number; readonly floor: bigint; readonly quota: number }

/** What one claim asks for: at most `limit` messages of these shares, in this order. */
export type Claim = { readonly limit: number; readonly shares: readonly ShareClaim[] }

/** What a claim found of a share. */
export type ShareFound = { readonly count: number; readonly lastId: bigint }

/**
 * Where a share is: `out`, not known to have work; `waiting`, for its turn; `claiming`; `full`, has
 * work and as much in flight as it may.
 */
type Place = 'out' | 'waiting' | 'claiming' | 'full'

type ShareState = {
  place: Place
  /** Whose book it is; 0: not known. */
  book: number
  /** Work may have come while it was being claimed. */
  again: boolean
  /** Had less than it was asked for the last time. */
  sparse: boolean
  inFlight: number
  /** Up to this id everything has been taken, but for what was committed late; see `floorMs`. */
  floor: bigint
  /** How far claims had come when the floor was last raised, and how far they have now. */
  pastClaimed: bigint
  claimed: bigint
  raiseAt: number
  resetAt: number
  /** Messages that this process has enqueued and not seen since, and until when that is believed. */
  expected: number
  expectedUntil: number
}

/** Shares that one claim asks: more would make a batch of crumbs. */
const sharesPerClaim = 32
/**
 * A floor rises to where claims were this long ago. What is taken leaves dead rows behind, and to pass
 * over them at each claim is what makes queues in PostgreSQL slow while somebody holds an old snapshot.
 * A message whose transaction took longer than this to commit lies below the floor, and is found when
 * the floor is let down.
 */
const floorMs = 200
const floorResetMs = 2_000
const expectedMs = 1_000
const statesMax = 4_096

/**
 * The shares of one kind in one lane, for their turns: those with work stand in a ring, each claim
 * takes from the first of them and puts them behind the others. So a vendor with a million messages
 * waiting gets as many as one with ten, and a book with a thousand vendors as many as one with two.
 */
export class ShareRing {
  readonly #floors: boolean
  readonly #states = new Map<number, ShareState>()
  readonly #waiting = new BookTurns()
  /** Enqueued for by this process, perhaps not committed yet. */
  readonly #expected = new Set<number>()

  constructor(options: { readonly floors: boolean }) {
    this.#floors = options.floors
  }

  get hasWork(): boolean {
    return this.#waiting.size > 0
  }

  /** A share, of this book, is seen to have messages. */
  found(share: number, book = 0): void {
    const state = this.#state(share, book)
    // The floor may be what hides its messages.
    if (state.place === 'out') state.floor = 0n
    this.#enter(share, state)
  }

  /** This process has enqueued for the share and will say `wake` when that is committed. */
  expect(share: number, nowMs: number, book = 0): void {
    const state = this.#state(share, book)
    state.expected += 1
    state.expectedUntil = nowMs + expectedMs
    this.#expected.add(share)
  }

  /** Something was committed: the expected shares may have work. */
  wake(nowMs: number): void {
    for (const share of this.#expected) {
      const state = this.#state(share)
      this.#enter(share, state)
      // They were rolled back, or another process has taken them.
      if (state.expectedUntil < nowMs) this.#expectNoMore(share, state)
    }
  }

  /** The next claim: up to `limit` messages, divided evenly among the books, and the shares of each, whose turn it is. */
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
    // Who had little is asked first, so that the others can have what it leaves.
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

  /**
   * What came of a claim. A share that gave less than was asked has no more for now, unless the limit of
   * the claim cut it off. Answers whether there is more.
   */
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
    // Behind those that were cut off.
    for (const [share, state] of gaveAll) {
      state.sparse = false
      this.#enter(share, state)
    }
    for (const { share } of shares) this.#forgetIfIdle(share, this.#state(share))
    return isMore
  }

  /** A claim that failed: its shares are as they were. */
  unclaimed({ shares }: Claim): void {
    for (const { share } of shares) {
      const state = this.#state(share)
      state.place = 'out'
      this.#enter(share, state)
    }
  }

  /** Messages of a share are no longer in flight. */
  released(share: number, count: number): void {
    const state = this.#state(share)
    state.inFlight -= count
    if (state.place === 'full') {
      state.place = 'out'
      this.#enter(share, state)
    } else this.#forgetIfIdle(share, state)
  }

  /** Messages that had been taken are there again: their transaction was rolled back. */
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
