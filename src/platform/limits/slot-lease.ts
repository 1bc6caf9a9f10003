import { type Asked, type Granted, idleMs, type Lease, type Meter } from './lease.ts'

type SlotMeter = Extract<Meter, { readonly concurrency: number }>

/** Renewed this often, well before the database lets it lapse. */
const renewMs = 2_000
/** For this long, a process that got none does not ask again. */
const fullMs = 50
/** Kept ahead of the requests, as a part of the limit for each process. */
const aheadPart = 10

/** Requests at once: the sum of what processes may use is never above the limit, while the database answers. */
export class SlotLease implements Lease {
  #meter: SlotMeter
  readonly #processes: () => number
  #slots = 0
  #running = 0
  /** The most that ran at once since the last answer. */
  #peak = 0
  #waiting = 0
  /** Those that the exchange under way is for. */
  #asked = 0
  #toldMs = 0
  #usedMs = 0
  #fullUntilMs = 0
  #isAway = false

  constructor(meter: SlotMeter, processes: () => number) {
    this.#meter = meter
    this.#processes = processes
  }

  follow(meter: Meter): void {
    if (!('concurrency' in meter) || meter.concurrency === this.#meter.concurrency) return
    this.#meter = meter
    this.#slots = Math.min(this.#slots, meter.concurrency)
    this.#fullUntilMs = 0
  }

  get policy(): string {
    return `"${this.#meter.name}";q=${this.#meter.concurrency};qu="concurrent-requests"`
  }

  look(nowMs: number): boolean | undefined {
    if (this.#running < this.#usable) return true
    return this.#isAway || nowMs < this.#fullUntilMs ? false : undefined
  }

  want(): void {
    this.#waiting += 1
  }

  take(nowMs: number): void {
    this.#running += 1
    this.#peak = Math.max(this.#peak, this.#running)
    this.#usedMs = nowMs
  }

  leave(): void {
    this.#running -= 1
  }

  isLow(): boolean {
    return false
  }

  ask(nowMs: number): Asked | undefined {
    const { key, concurrency: max } = this.#meter
    const isUsed = this.#running > 0 || nowMs - this.#usedMs < idleMs
    const ahead = isUsed ? Math.floor(max / (aheadPart * this.#count)) : 0
    const wanted = Math.min(max, (isUsed ? this.#peak : this.#running) + this.#waiting + ahead)
    const isDue = this.#waiting > 0 || this.#isAway || nowMs - this.#toldMs >= renewMs / 2
    if (!isDue || (wanted === 0 && this.#slots === 0)) return undefined
    this.#asked = this.#waiting
    this.#waiting = 0
    return { kind: 'slots', key, max, wanted }
  }

  tell({ granted }: Granted, nowMs: number): void {
    this.#slots = granted
    if (granted - this.#running < this.#asked) this.#fullUntilMs = nowMs + fullMs
    this.#asked = 0
    this.#peak = this.#running
    this.#toldMs = nowMs
    this.#isAway = false
  }

  miss(): void {
    this.#asked = 0
    this.#isAway = true
  }

  retryAfterSeconds(): number {
    return 1
  }

  state(): string {
    return `"${this.#meter.name}";r=${Math.max(0, this.#usable - this.#running)}`
  }

  isIdle(nowMs: number): boolean {
    const movedMs = Math.max(this.#usedMs, this.#toldMs)
    return this.#slots === 0 && this.#running === 0 && this.#waiting === 0 && nowMs - movedMs > idleMs
  }

  get #count(): number {
    return Math.max(1, this.#processes())
  }

  get #usable(): number {
    if (!this.#isAway) return this.#slots
    return Math.max(this.#slots, 1, Math.floor(this.#meter.concurrency / this.#count))
  }
}
