import { metadataTerm } from '#ledger'
import { CopyEncoder } from '#platform/postgres'
import { createRandom, type Random } from '../scripts/random.ts'
import { zipf } from './zipf.ts'

export type HistoryShape = {
  readonly transfers: number
  readonly accounts: number
  readonly book: number
  readonly seed: number
}

export type HistoryPart = {
  readonly transfers: number
  readonly copies: readonly { name: string; text: string; data: Buffer }[]
}

const positionsPerBatch = 16_384
const transfersPerBatch = 1000
const accountsPerBatch = 10_000
const batchesPerPart = 20
const startOfTime = Date.UTC(2025, 0, 1) * 1000
/** Spreads ten million transfers over a hundred days. */
export const microsPerBatch = 864_000_000
const hourMicros = 3_600_000_000

const tables = {
  accounts: 'number, position, book_id, id, code, asset, created_at',
  account_settings: 'account, version, position, min_available, max_balance, state, recorded_at, metadata',
  transfers:
    'position, source, destination, amount, effective_at, recorded_at, expires_at, id, book_id, flags, reference, metadata, options',
  entries:
    'account, version, position, transfer, posted_delta, pending_delta, posted, pending_out, pending_in, recorded_at, kind, side',
  backdated_entries: 'account, effective_at, version, position, recorded_at, posted_delta',
  holds: 'transfer, book_id, expires_at, source, destination, amount',
  resolutions: 'transfer, position, amount, recorded_at, book_id, kind',
  metadata_terms: 'term, position',
  batches: 'position, recorded_at, operations, hash',
} as const

type Table = keyof typeof tables
type Encoders = Record<Table, CopyEncoder>

type OpenHold = {
  position: number
  source: number
  destination: number
  amount: number
  effectiveAt: number | undefined
}

export const pairs = {
  channels: ['web', 'app', 'shop'],
  /** 10%, almost never together with channel=web. */
  rareWith: ['tier', 'gold'],
  campaign: (number: number) => `campaign-${number}`,
  order: (transfer: number) => `order-${transfer}`,
} as const

export const codeOf = (account: number) => `customers:${account}:wallet`
export const accountIdOf = (account: number) => (0xacc00000000000n + BigInt(account)).toString(16).padStart(32, '0')
export const transferIdOf = (transfer: number) => `018f3a5c9e7d7a1b${transfer.toString(16).padStart(16, '0')}`
export const referenceOf = (transfer: number) => `invoice-${transfer}`
export const hasReference = (transfer: number) => transfer % 5 === 0
export const hasOrder = (transfer: number) => transfer % 20 === 0
export const positionOfBatch = (batch: number) => batch * positionsPerBatch
export const timeOfBatch = (batch: number) => startOfTime + batch * microsPerBatch

/**
 * Generates the rows that the ledger would have written: versions without gaps, balances that add up. A tenth of the
 * pending transfers stays open. 3% of the transfers are backdated by up to 30 days.
 */
export class History {
  readonly #shape: HistoryShape
  readonly #random: Random
  readonly #account: () => number
  readonly #versions: Float64Array
  readonly #posted: Float64Array
  readonly #pendingOut: Float64Array
  readonly #pendingIn: Float64Array
  readonly #due = new Map<number, OpenHold[]>()
  readonly #buffers: readonly [Encoders, Encoders] = [encoders(), encoders()]
  readonly #terms: ReadonlyMap<string, bigint>
  #turn = 0
  #batch = 1
  #transfer = 0
  #operations = 0

  constructor(shape: HistoryShape) {
    this.#shape = shape
    this.#random = createRandom(shape.seed)
    this.#account = zipf(shape.accounts, this.#random.next)
    this.#versions = new Float64Array(shape.accounts + 1)
    this.#posted = new Float64Array(shape.accounts + 1)
    this.#pendingOut = new Float64Array(shape.accounts + 1)
    this.#pendingIn = new Float64Array(shape.accounts + 1)
    const common = [...pairs.channels.map((channel) => ['channel', channel] as const), pairs.rareWith]
    const campaigns = Array.from({ length: 100 }, (_, number) => ['campaign', pairs.campaign(number)] as const)
    this.#terms = new Map(
      [...common, ...campaigns].map(([key, value]) => [
        `${key}=${value}`,
        metadataTerm(shape.book, 'transfer', [key, value]),
      ]),
    )
  }

  get nextBatch(): number {
    return this.#batch
  }

  /** In order. The part after the next one reuses a part's buffers. */
  *parts(): Generator<HistoryPart> {
    for (let opened = 0; opened < this.#shape.accounts; opened += accountsPerBatch) {
      const rows = this.#begin()
      this.#open(rows, { from: opened, to: Math.min(this.#shape.accounts, opened + accountsPerBatch) })
      yield this.#render(rows)
    }
    while (this.#transfer < this.#shape.transfers) {
      const rows = this.#begin()
      for (let count = 0; count < batchesPerPart && this.#transfer < this.#shape.transfers; count += 1) this.#fill(rows)
      yield this.#render(rows)
    }
  }

  #begin(): Encoders {
    this.#turn = 1 - this.#turn
    const rows = this.#buffers[this.#turn === 0 ? 0 : 1]
    for (const encoder of Object.values(rows)) encoder.reset()
    return rows
  }

  #render(rows: Encoders): HistoryPart {
    const copies = (Object.keys(tables) as Table[])
      .filter((table) => rows[table].rows > 0)
      .map((table) => ({
        name: `load ${table}`,
        text: `copy ledger.${table} (${tables[table]}) from stdin (format binary)`,
        data: rows[table].stream(),
      }))
    return { transfers: this.#transfer, copies }
  }

  #open(rows: Encoders, { from, to }: { readonly from: number; readonly to: number }): void {
    const now = timeOfBatch(this.#batch)
    for (let number = from + 1; number <= to; number += 1) {
      const position = this.#nextPosition()
      const account = rows.accounts
      account.tuple(7)
      account.int8(number)
      account.int8(position)
      account.int4(this.#shape.book)
      account.uuid(accountIdOf(number))
      account.text(codeOf(number))
      account.text('USD')
      account.timestamp(now)
      const settings = rows.account_settings
      settings.tuple(8)
      settings.int8(number)
      settings.int8(0)
      settings.int8(position)
      settings.null()
      settings.null()
      settings.int2(number % 1000 === 0 ? 1 : 0)
      settings.timestamp(now)
      const region = number % 10 === 0 ? 'north' : undefined
      if (region === undefined) settings.null()
      else {
        settings.text(JSON.stringify({ region }))
        rows.metadata_terms.tuple(2)
        rows.metadata_terms.bigint8(metadataTerm(this.#shape.book, 'account', ['region', region]))
        rows.metadata_terms.int8(number)
      }
    }
    this.#endBatch(rows, now)
  }

  #fill(rows: Encoders): void {
    const now = timeOfBatch(this.#batch)
    for (const hold of this.#due.get(this.#batch) ?? []) this.#resolve(rows, hold, now)
    this.#due.delete(this.#batch)
    const end = Math.min(this.#shape.transfers, this.#transfer + transfersPerBatch)
    while (this.#transfer < end) {
      this.#transfer += 1
      this.#create(rows, now)
    }
    this.#endBatch(rows, now)
  }

  #create(rows: Encoders, now: number): void {
    const random = this.#random
    const source = this.#account()
    let destination = this.#account()
    if (destination === source) destination = (source % this.#shape.accounts) + 1
    const amount = 1 + random.below(100_000)
    const effectiveAt = random.chance(0.03) ? now - (1 + random.below(720)) * hourMicros : undefined
    const pending = random.chance(0.05)
    const position = this.#nextPosition()
    const row = rows.transfers
    row.tuple(13)
    row.int8(position)
    row.int8(source)
    row.int8(destination)
    row.int8(amount)
    row.timestamp(effectiveAt ?? now)
    row.timestamp(now)
    row.null()
    row.uuid(transferIdOf(this.#transfer))
    row.int4(this.#shape.book)
    row.int2((pending ? 1 : 0) + (effectiveAt === undefined ? 0 : 2))
    if (hasReference(this.#transfer)) row.text(referenceOf(this.#transfer))
    else row.null()
    const metadata = this.#metadata()
    if (metadata.length === 0) row.null()
    else row.text(JSON.stringify(Object.fromEntries(metadata)))
    row.null()
    for (const [key, value] of metadata) {
      rows.metadata_terms.tuple(2)
      rows.metadata_terms.bigint8(
        this.#terms.get(`${key}=${value}`) ?? metadataTerm(this.#shape.book, 'transfer', [key, value]),
      )
      rows.metadata_terms.int8(position)
    }
    const move = { position, source, destination, amount, effectiveAt }
    if (pending) this.#hold(rows, move, now)
    else this.#move(rows, move, { transfer: position, kind: 1, posted: amount, held: 0, now })
  }

  #metadata(): (readonly [string, string])[] {
    const random = this.#random
    const channel = pairs.channels[random.below(10)]
    const metadata: (readonly [string, string])[] = []
    if (channel !== undefined) metadata.push(['channel', channel])
    if (channel === 'web' ? random.chance(0.000_01) : random.chance(0.11)) metadata.push(pairs.rareWith)
    if (random.chance(0.01)) metadata.push(['campaign', pairs.campaign(random.below(100))])
    if (hasOrder(this.#transfer)) metadata.push(['order', pairs.order(this.#transfer)])
    return metadata
  }

  #hold(rows: Encoders, hold: OpenHold, now: number): void {
    rows.holds.tuple(6)
    rows.holds.int8(hold.position)
    rows.holds.int4(this.#shape.book)
    rows.holds.null()
    rows.holds.int8(hold.source)
    rows.holds.int8(hold.destination)
    rows.holds.int8(hold.amount)
    this.#move(rows, hold, { transfer: hold.position, kind: 2, posted: 0, held: hold.amount, now })
    if (this.#random.chance(0.1)) return
    const due = this.#batch + 1 + this.#random.below(50)
    const others = this.#due.get(due)
    if (others === undefined) this.#due.set(due, [hold])
    else others.push(hold)
  }

  #resolve(rows: Encoders, hold: OpenHold, now: number): void {
    const chance = this.#random.next()
    const kind = chance < 0.7 ? 3 : chance < 0.9 ? 4 : 5
    const posted = kind === 3 ? hold.amount : 0
    const position = this.#nextPosition()
    rows.resolutions.tuple(6)
    rows.resolutions.int8(hold.position)
    rows.resolutions.int8(position)
    rows.resolutions.int8(posted)
    rows.resolutions.timestamp(now)
    rows.resolutions.int4(this.#shape.book)
    rows.resolutions.int2(kind)
    this.#move(rows, { ...hold, position }, { transfer: hold.position, kind, posted, held: -hold.amount, now })
  }

  #move(
    rows: Encoders,
    move: OpenHold,
    change: { transfer: number; kind: number; posted: number; held: number; now: number },
  ): void {
    this.#pendingOut[move.source] = (this.#pendingOut[move.source] ?? 0) + change.held
    this.#pendingIn[move.destination] = (this.#pendingIn[move.destination] ?? 0) + change.held
    for (const [account, delta, side] of [
      [move.source, -change.posted, 0],
      [move.destination, change.posted, 1],
    ] as const) {
      const version = (this.#versions[account] ?? 0) + 1
      const posted = (this.#posted[account] ?? 0) + delta
      this.#versions[account] = version
      this.#posted[account] = posted
      const entry = rows.entries
      entry.tuple(12)
      entry.int8(account)
      entry.int8(version)
      entry.int8(move.position)
      entry.int8(change.transfer)
      entry.int8(delta)
      entry.int8(change.held)
      entry.int8(posted)
      entry.int8(this.#pendingOut[account] ?? 0)
      entry.int8(this.#pendingIn[account] ?? 0)
      entry.timestamp(change.now)
      entry.int2(change.kind)
      entry.int2(side)
      if (move.effectiveAt === undefined || delta === 0) continue
      const backdated = rows.backdated_entries
      backdated.tuple(6)
      backdated.int8(account)
      backdated.timestamp(move.effectiveAt)
      backdated.int8(version)
      backdated.int8(move.position)
      backdated.timestamp(change.now)
      backdated.int8(delta)
    }
  }

  #nextPosition(): number {
    const position = positionOfBatch(this.#batch) + this.#operations
    this.#operations += 1
    return position
  }

  #endBatch(rows: Encoders, now: number): void {
    rows.batches.tuple(4)
    rows.batches.int8(positionOfBatch(this.#batch))
    rows.batches.timestamp(now)
    rows.batches.int4(this.#operations)
    rows.batches.bytes(noHash)
    this.#batch += 1
    this.#operations = 0
  }
}

/** No query of the bench reads the hash of a batch. */
const noHash = Buffer.alloc(32)

function encoders(): Encoders {
  return Object.fromEntries(Object.keys(tables).map((table) => [table, new CopyEncoder(1024 * 1024)])) as Encoders
}
