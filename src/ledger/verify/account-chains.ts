import { formatTimestamp } from '#kernel'
import type { SnapshotReader } from '#platform/postgres'
import type { BookNumber } from '../commands.ts'
import { entryKind, entrySide } from '../sealing/journal.ts'
import { accountMark, type Findings } from './findings.ts'

/** Times in microseconds since 1970. */
export type Entry = {
  readonly account: number
  readonly version: number
  readonly position: number
  readonly transfer: number
  readonly postedDelta: bigint
  readonly pendingDelta: bigint
  readonly posted: bigint
  readonly pendingOut: bigint
  readonly pendingIn: bigint
  readonly recordedAt: number
  readonly kind: number
  readonly side: number
}

export type Settings = {
  readonly account: number
  readonly version: number
  readonly position: number
  readonly minAvailable: bigint | null
  readonly maxBalance: bigint | null
  readonly recordedAt: number
}

const notOpened = 7

const balanceNames = { posted: 'posted', pendingOut: 'pending_out', pendingIn: 'pending_in' } as const

export async function loadAccountChains(reader: SnapshotReader, findings: Findings): Promise<AccountChains> {
  const [counted] = await reader.query<{ accounts: bigint }>({
    text: 'select count(*) as accounts from ledger.accounts',
  })
  const chains = new AccountChains(Number(counted?.accounts ?? 0n), findings)
  await reader.eachRow('select number, book_id, asset from ledger.accounts order by number', (row) =>
    chains.addAccount(row.int8(0), row.int4(1), row.text(2)),
  )
  return chains
}

/** Follows entries in position order, which is version order: writers take positions after reading heads. */
export class AccountChains {
  readonly #findings: Findings
  readonly #numbers: Float64Array
  readonly #group: Uint32Array
  readonly #version: Float64Array
  readonly #posted: BigInt64Array
  readonly #pendingOut: BigInt64Array
  readonly #pendingIn: BigInt64Array
  readonly #recordedAt: Float64Array
  readonly #minAvailable: BigInt64Array
  readonly #maxBalance: BigInt64Array
  /** Bits: 1 no lower limit, 2 no upper limit; both, and 4, before the opening. */
  readonly #unbounded: Uint8Array
  readonly #groupAt = new Map<string, number>()
  #added = 0
  readonly groups: { readonly book: number; readonly asset: string }[] = []

  constructor(accounts: number, findings: Findings) {
    this.#findings = findings
    this.#numbers = new Float64Array(accounts)
    this.#group = new Uint32Array(accounts)
    this.#version = new Float64Array(accounts).fill(-1)
    this.#posted = new BigInt64Array(accounts)
    this.#pendingOut = new BigInt64Array(accounts)
    this.#pendingIn = new BigInt64Array(accounts)
    this.#recordedAt = new Float64Array(accounts)
    this.#minAvailable = new BigInt64Array(accounts)
    this.#maxBalance = new BigInt64Array(accounts)
    this.#unbounded = new Uint8Array(accounts).fill(notOpened)
  }

  /** Call it in ascending order of numbers. */
  addAccount(number: number, book: BookNumber, asset: string): void {
    const name = `${book} ${asset}`
    let group = this.#groupAt.get(name)
    if (group === undefined) {
      group = this.groups.push({ book, asset }) - 1
      this.#groupAt.set(name, group)
    }
    this.#numbers[this.#added] = number
    this.#group[this.#added] = group
    this.#added += 1
  }

  groupOf(account: number): number | undefined {
    return this.#group[this.#indexOf(account)]
  }

  open(settings: Settings): void {
    const at = this.#indexOf(settings.account)
    const name = accountMark(settings.account)
    if (at < 0) {
      this.#findings.add('settings', `version 0 of ${name} has settings but no account`)
      return
    }
    if (this.#unbounded[at] !== notOpened) this.#findings.add('settings', `${name} was opened more than once`)
    this.#version[at] = 0
    this.#recordedAt[at] = settings.recordedAt
    this.#setLimits(at, settings)
  }

  follow(entry: Entry, settings: Settings | undefined): void {
    const at = this.#indexOf(entry.account)
    if (at < 0) {
      this.#findings.add('account_chains', `${entryName(entry)} belongs to no account`)
      return
    }
    this.#checkStep(at, entry)
    if (entry.kind !== entryKind.setting) this.#checkLimits(at, entry)
    else if (settings !== undefined) this.#setLimits(at, settings)
    this.#version[at] = entry.version
    this.#posted[at] = entry.posted
    this.#pendingOut[at] = entry.pendingOut
    this.#pendingIn[at] = entry.pendingIn
    this.#recordedAt[at] = entry.recordedAt
  }

  /** Adds the source of an open hold, which its pending balance must contain. Call it after all entries. */
  expectPendingOut(account: number, amount: bigint): void {
    const at = this.#indexOf(account)
    if (at >= 0) this.#pendingOut[at] = (this.#pendingOut[at] ?? 0n) - amount
  }

  /** The same for the destination. */
  expectPendingIn(account: number, amount: bigint): void {
    const at = this.#indexOf(account)
    if (at >= 0) this.#pendingIn[at] = (this.#pendingIn[at] ?? 0n) - amount
  }

  /** Call it last: finds accounts never opened, and pending amounts that no hold explains. */
  conclude(): void {
    for (const [at, number] of this.#numbers.entries()) {
      const name = accountMark(number)
      if (this.#unbounded[at] === notOpened) this.#findings.add('settings', `${name} has no settings of version 0`)
      const pending = { pending_out: this.#pendingOut[at] ?? 0n, pending_in: this.#pendingIn[at] ?? 0n }
      for (const [balance, excess] of Object.entries(pending)) {
        if (excess === 0n) continue
        this.#findings.add('holds', `${name}: ${balance} is ${excess} more than its open holds add up to`)
      }
    }
  }

  #setLimits(at: number, { minAvailable, maxBalance }: Settings): void {
    this.#minAvailable[at] = minAvailable ?? 0n
    this.#maxBalance[at] = maxBalance ?? 0n
    this.#unbounded[at] = (minAvailable === null ? 1 : 0) | (maxBalance === null ? 2 : 0)
  }

  #checkStep(at: number, entry: Entry): void {
    const expected = (this.#version[at] ?? -1) + 1
    if (entry.version !== expected) {
      const text = `${entryName(entry)} follows version ${expected - 1}: expected version ${expected}`
      this.#findings.add('account_chains', text)
      return
    }
    const out = entry.side === entrySide.source ? entry.pendingDelta : 0n
    const into = entry.side === entrySide.destination ? entry.pendingDelta : 0n
    this.#compare(entry, 'posted', (this.#posted[at] ?? 0n) + entry.postedDelta)
    this.#compare(entry, 'pendingOut', (this.#pendingOut[at] ?? 0n) + out)
    this.#compare(entry, 'pendingIn', (this.#pendingIn[at] ?? 0n) + into)
    if (entry.recordedAt < (this.#recordedAt[at] ?? 0)) {
      const text = `is recorded at ${formatTimestamp(entry.recordedAt)}, before the version before it`
      this.#findings.add('account_chains', `${entryName(entry)} ${text}`)
    }
  }

  #compare(entry: Entry, balance: keyof typeof balanceNames, expected: bigint): void {
    const found = entry[balance]
    if (found === expected) return
    const text = `${entryName(entry)}: ${balanceNames[balance]} is ${found}, expected ${expected}`
    this.#findings.add('account_chains', text)
  }

  /** A balance may be beyond a limit that was set later, but no entry may take it there, or further. */
  #checkLimits(at: number, entry: Entry): void {
    const unbounded = this.#unbounded[at] ?? 0
    const available = entry.posted - entry.pendingOut
    const lowered = entry.side === entrySide.source && entry.postedDelta - entry.pendingDelta < 0n
    if (lowered && (unbounded & 1) === 0 && available < (this.#minAvailable[at] ?? 0n)) {
      const text = `leaves ${available} available, below the min_available of ${this.#minAvailable[at]} then in force`
      this.#findings.add('bounded', `${entryName(entry)} ${text}`)
    }
    const total = entry.posted + entry.pendingIn
    const raised = entry.side === entrySide.destination && entry.postedDelta + entry.pendingDelta > 0n
    if (raised && (unbounded & 2) === 0 && total > (this.#maxBalance[at] ?? 0n)) {
      const text = `leaves ${total} posted and coming in, above the max_balance of ${this.#maxBalance[at]} then in force`
      this.#findings.add('bounded', `${entryName(entry)} ${text}`)
    }
  }

  #indexOf(wanted: number): number {
    const numbers = this.#numbers
    const guess = wanted - (numbers[0] ?? 0)
    if (numbers[guess] === wanted) return guess
    let from = 0
    let to = numbers.length - 1
    while (from <= to) {
      const middle = (from + to) >>> 1
      const found = numbers[middle] ?? 0
      if (found === wanted) return middle
      if (found < wanted) from = middle + 1
      else to = middle - 1
    }
    return -1
  }
}

export function entryName(entry: Entry): string {
  return `version ${entry.version} of ${accountMark(entry.account)}`
}
