import { type Asked, type Granted, idleMs, type Lease, leaseSize, type Meter, type Rate } from './lease.ts'

type RateMeter = Extract<Meter, { readonly rate: Rate }>

/**
 * Tokens that the database has already taken out of the common bucket. While it is away, the process goes on with what
 * it holds, one more lease, and its equal part of the rate.
 */
export class RateLease implements Lease {
  #meter: RateMeter
  readonly #processes: () => number
  #held = 0
  #waiting = 0
  /** Those that the exchange under way is for. */
  #asked = 0
  #left: number
  #toldMs = 0
  #emptyUntilMs = 0
  #usedMs = 0
  /** Since when the database is away, as far as its part of the rate was counted. */
  #awayMs: number | undefined
  /** The lease that it took for itself when the database did not answer. The next answer pays for it. */
  #credit = 0

  constructor(meter: RateMeter, processes: () => number) {
    this.#meter = meter
    this.#processes = processes
    this.#left = meter.rate.burst
  }

  follow(meter: Meter): void {
    if (!('rate' in meter) || isSame(meter.rate, this.#meter.rate)) return
    this.#meter = meter
    this.#held = Math.min(this.#held, this.#size)
    this.#left = Math.min(this.#left, meter.rate.burst)
    this.#emptyUntilMs = 0
  }

  get policy(): string {
    const { name, rate } = this.#meter
    return `"${name}";q=${rate.requests};w=${rate.windowSeconds}`
  }

  get #perMs(): number {
    const { requests, windowSeconds } = this.#meter.rate
    return requests / (windowSeconds * 1_000)
  }

  get #size(): number {
    return leaseSize({ max: this.#meter.rate.burst, processes: this.#processes() })
  }

  look(nowMs: number): boolean | undefined {
    if (this.#awayMs !== undefined) this.#addPart(nowMs)
    if (this.#held >= 1) return true
    return this.#awayMs === undefined && nowMs >= this.#emptyUntilMs ? undefined : false
  }

  want(): void {
    this.#waiting += 1
  }

  take(nowMs: number): void {
    this.#held -= 1
    this.#usedMs = nowMs
  }

  leave(): void {
    // A token is used up.
  }

  isLow(nowMs: number): boolean {
    return this.#held <= this.#size / 2 && nowMs >= this.#emptyUntilMs && this.#awayMs === undefined
  }

  ask(nowMs: number): Asked | undefined {
    const { key, rate } = this.#meter
    const isUnused = nowMs - this.#usedMs > idleMs
    if (this.#awayMs !== undefined) return { kind: 'rate', key, rate, wanted: 0, returned: 0 }
    const ahead = this.#waiting > 0 || (!isUnused && this.isLow(nowMs)) ? Math.ceil(this.#size - this.#held) : 0
    this.#asked = this.#waiting
    this.#waiting = 0
    const wanted = this.#asked + Math.max(0, ahead)
    if (wanted > 0) return { kind: 'rate', key, rate, wanted, returned: 0 }
    // Less than nothing is a debt, which the common bucket takes over.
    const returned = isUnused ? Math.floor(this.#held) : 0
    if (returned === 0) return undefined
    this.#held -= returned
    return { kind: 'rate', key, rate, wanted: 0, returned }
  }

  tell({ granted, left }: Granted, nowMs: number): void {
    const isShort = this.#asked > granted || (granted === 0 && left < 1)
    const held = this.#awayMs === undefined ? this.#held : Math.min(this.#held, this.#size)
    this.#held = held + granted - this.#credit
    this.#credit = 0
    this.#asked = 0
    this.#left = left
    this.#toldMs = nowMs
    this.#awayMs = undefined
    // The others have used it up. To ask for each request would be as slow as a limit in the database.
    if (isShort) this.#emptyUntilMs = nowMs + Math.max(0, this.#size - left) / this.#perMs
  }

  miss(nowMs: number): void {
    this.#asked = 0
    if (this.#awayMs !== undefined) return
    this.#awayMs = nowMs
    this.#credit = this.#size
    this.#held += this.#credit
  }

  retryAfterSeconds(nowMs: number): number {
    const untilMs = this.#awayMs === undefined ? this.#emptyUntilMs : nowMs + (1 - this.#held) / this.#partPerMs
    return Math.max(1, Math.ceil((untilMs - nowMs) / 1_000))
  }

  state(nowMs: number): string {
    const refilled = Math.min(this.#meter.rate.burst, this.#left + (nowMs - this.#toldMs) * this.#perMs)
    const common = this.#awayMs === undefined && nowMs >= this.#emptyUntilMs ? refilled : 0
    const remaining = Math.max(0, Math.floor(this.#held + common))
    const resetSeconds = remaining > 0 ? 0 : this.retryAfterSeconds(nowMs)
    return `"${this.#meter.name}";r=${remaining};t=${resetSeconds}`
  }

  isIdle(nowMs: number): boolean {
    const movedMs = Math.max(this.#usedMs, this.#toldMs)
    return this.#held < 1 && this.#waiting === 0 && this.#awayMs === undefined && nowMs - movedMs > idleMs
  }

  get #partPerMs(): number {
    return this.#perMs / Math.max(1, this.#processes())
  }

  #addPart(nowMs: number): void {
    const since = this.#awayMs ?? nowMs
    const most = Math.max(1, this.#meter.rate.burst / Math.max(1, this.#processes()))
    if (this.#held < most) this.#held = Math.min(most, this.#held + (nowMs - since) * this.#partPerMs)
    this.#awayMs = nowMs
  }
}

function isSame(one: Rate, other: Rate): boolean {
  return one.requests === other.requests && one.windowSeconds === other.windowSeconds && one.burst === other.burst
}
