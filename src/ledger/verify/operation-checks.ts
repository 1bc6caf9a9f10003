import { entryKind, entrySide, transferFlag } from '../sealing/journal.ts'
import { type AccountChains, type Entry, entryName, type Settings } from './account-chains.ts'
import type { DerivedRows } from './derived-rows.ts'
import { accountMark, type Findings, transferMark } from './findings.ts'
import type { EndedHold, Hold, ResolutionRow, TransferRow } from './operation-rows.ts'

export type Operation = {
  readonly position: number
  readonly transfers: readonly TransferRow[]
  readonly resolutions: readonly ResolutionRow[]
  readonly endedHolds: readonly EndedHold[]
  readonly settings: readonly Settings[]
  readonly entries: readonly Entry[]
}

/** Expected values of the two entries of a transfer, or of its end. */
type Expected = {
  readonly name: string
  readonly transfer: number
  readonly source: number
  readonly destination: number
  readonly kind: number
  readonly posted: bigint
  readonly pendingDelta: bigint
  readonly recordedAt: number
}

type Dependencies = { readonly chains: AccountChains; readonly derived: DerivedRows; readonly findings: Findings }

export class OperationChecks {
  readonly #chains: AccountChains
  readonly #derived: DerivedRows
  readonly #findings: Findings
  readonly #sums: bigint[]

  constructor({ chains, derived, findings }: Dependencies) {
    this.#chains = chains
    this.#derived = derived
    this.#findings = findings
    this.#sums = chains.groups.map(() => 0n)
  }

  /** Call it in ascending order of positions. */
  check(operation: Operation): void {
    const { position, transfers, resolutions, endedHolds, settings, entries } = operation
    const uses = transfers.length + resolutions.length
    if (uses > 1) this.#findings.add('once', `position ${position} was used ${uses} times`)
    for (const row of transfers) this.#checkTransfer(row, entries)
    for (const row of resolutions) {
      this.#checkEnd(row, endedHolds.find(({ hold }) => hold?.position === row.transfer)?.hold, entries)
    }
    for (const row of settings) {
      this.#checkSettings(row, entries)
      if (row.version === 0) this.#chains.open(row)
    }
    if (uses === 0) this.#checkUnexplained(settings, entries)
    this.#findings.count('account_chains', entries.length)
    this.#findings.count('bounded', entries.length)
    for (const entry of entries) {
      this.#addToSum(entry)
      this.#chains.follow(
        entry,
        settings.find(({ account }) => account === entry.account),
      )
    }
  }

  conclude(): void {
    for (const [at, sum] of this.#sums.entries()) {
      const group = this.#chains.groups[at]
      if (sum === 0n) continue
      this.#findings.add('conserved', `book ${group?.book}: entries in ${group?.asset} sum to ${sum}, expected 0`)
    }
  }

  #addToSum(entry: Entry): void {
    const group = entry.postedDelta === 0n ? undefined : this.#chains.groupOf(entry.account)
    if (group !== undefined) this.#sums[group] = (this.#sums[group] ?? 0n) + entry.postedDelta
  }

  #checkTransfer(row: TransferRow, entries: readonly Entry[]): void {
    const { source, destination, amount, recordedAt } = row
    const name = transferMark(row.position)
    if ((row.flags & transferFlag.refused) !== 0) {
      if (entries.length > 0) this.#findings.add('once', `${name} was refused, but has ${entries.length} entries`)
      return
    }
    this.#findings.count('conserved', 1)
    this.#derived.addTransfer(row)
    if (source === undefined || destination === undefined) {
      this.#findings.add('conserved', `${name} lacks an account`)
      return
    }
    this.#checkBook(row, source)
    const pending = (row.flags & transferFlag.pending) !== 0
    const expected = {
      ...{ name, transfer: row.position, source, destination, recordedAt },
      kind: pending ? entryKind.held : entryKind.posted,
      posted: pending ? 0n : amount,
      pendingDelta: pending ? amount : 0n,
    }
    this.#checkSides(expected, entries)
    this.#derived.addEntries(row, entries)
  }

  /** One account is enough: if the other were of another book, its group would differ. */
  #checkBook(row: TransferRow, account: number): void {
    const group = this.#chains.groupOf(account)
    const book = group === undefined ? undefined : this.#chains.groups[group]?.book
    if (book === row.book) return
    const text = `is of book ${row.book}, but its ${accountMark(account)} of book ${book ?? 'none'}`
    this.#findings.add('conserved', `${transferMark(row.position)} ${text}`)
  }

  #checkEnd(row: ResolutionRow, hold: Hold | undefined, entries: readonly Entry[]): void {
    const name = `the end of ${transferMark(row.transfer)}`
    this.#findings.count('holds', 1)
    if (hold === undefined) {
      this.#findings.add('holds', `${name} ends a transfer that does not exist in book ${row.book}`)
      return
    }
    checkResolution(this.#findings, name, row, hold)
    this.#derived.endHold(hold)
    this.#derived.addEntries(hold, entries)
    const expected = {
      ...{ name, transfer: hold.position, source: hold.source, destination: hold.destination },
      ...{ kind: row.kind, posted: row.amount, pendingDelta: -hold.amount, recordedAt: row.recordedAt },
    }
    this.#checkSides(expected, entries)
  }

  #checkSides(expected: Expected, entries: readonly Entry[]): void {
    const { name, source, destination } = expected
    if (entries.length !== 2) this.#findings.add('conserved', `${name} has ${entries.length} entries, expected 2`)
    for (const side of [entrySide.source, entrySide.destination]) {
      const entry = entries.find((one) => one.side === side)
      if (entry !== undefined) checkSide(this.#findings, expected, entry)
      else if (entries.length > 0) this.#findings.add('conserved', `${name} has no entry of its ${sideName(side)}`)
    }
    if (this.#chains.groupOf(source) !== this.#chains.groupOf(destination)) {
      const accounts = `${accountMark(source)} and ${accountMark(destination)}`
      this.#findings.add('conserved', `${name} joins ${accounts}, which differ in asset or book`)
    }
  }

  #checkSettings(row: Settings, entries: readonly Entry[]): void {
    this.#findings.count('settings', 1)
    if (row.version === 0) return
    const entry = entries.find(({ account, version }) => account === row.account && version === row.version)
    const wrong =
      (entry === undefined && 'have no entry') ||
      (entry?.kind !== entryKind.setting && 'share their version with an entry of another kind') ||
      ((entry?.postedDelta !== 0n || entry.pendingDelta !== 0n) && 'moved a balance') ||
      (entry?.recordedAt !== row.recordedAt && 'are of another time than their entry')
    const name = `the settings of version ${row.version} of ${accountMark(row.account)}`
    if (wrong) this.#findings.add('settings', `${name} ${wrong}`)
  }

  /** Entries without a booking or an end must represent changes of settings. */
  #checkUnexplained(settings: readonly Settings[], entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.kind !== entryKind.setting) {
        this.#findings.add('conserved', `${entryName(entry)} is of no transfer and no end of one`)
      } else if (!settings.some(({ account, version }) => account === entry.account && version === entry.version)) {
        this.#findings.add('settings', `${entryName(entry)} has no settings`)
      }
    }
  }
}

function checkSide(findings: Findings, expected: Expected, entry: Entry): void {
  const source = entry.side === entrySide.source
  const account = source ? expected.source : expected.destination
  const differences: string[] = []
  const compare = (what: string, found: bigint | number | string, wanted: bigint | number | string): void => {
    if (found !== wanted) differences.push(`${what} ${found}, expected ${wanted}`)
  }
  if (entry.account !== account) compare('account', accountMark(entry.account), accountMark(account))
  compare('kind', entry.kind, expected.kind)
  compare('posted_delta', entry.postedDelta, source ? -expected.posted : expected.posted)
  compare('pending_delta', entry.pendingDelta, expected.pendingDelta)
  compare('transfer', entry.transfer, expected.transfer)
  compare('recorded_at', entry.recordedAt, expected.recordedAt)
  if (differences.length === 0) return
  findings.add('conserved', `${expected.name}: ${entryName(entry)} has ${differences.join('; ')}`)
}

function sideName(side: number): string {
  return side === entrySide.source ? 'source' : 'destination'
}

function checkResolution(findings: Findings, name: string, row: ResolutionRow, hold: Hold): void {
  if ((hold.flags & transferFlag.pending) === 0) findings.add('holds', `${name} ends a transfer that was not pending`)
  if (row.amount > hold.amount) {
    findings.add('holds', `${name} posts ${row.amount}, more than the ${hold.amount} that were held`)
  }
  if (row.kind !== entryKind.settled && row.amount !== 0n) {
    findings.add('holds', `${name} releases it, but names an amount of ${row.amount}`)
  }
  const early = hold.expiresAt === undefined || hold.expiresAt > row.recordedAt
  if (row.kind === entryKind.expired && early) findings.add('holds', `${name} is expiry, before its time`)
}
