import { entryKind, entrySide, transferFlag } from '../journal.ts'
import { type AccountChains, type Entry, entryName, type Settings } from './account-chains.ts'
import type { DerivedRows } from './derived-rows.ts'
import { accountMark, type Findings, transferMark } from './findings.ts'
import type { EndedHold, Hold, ResolutionRow, TransferRow } from './operation-rows.ts'

/** Everything that was written at one position. */
export type Operation = {
  readonly position: number
  readonly transfers: readonly TransferRow[]
  readonly resolutions: readonly ResolutionRow[]
  readonly endedHolds: readonly EndedHold[]
  readonly settings: readonly Settings[]
  readonly entries: readonly Entry[]
}

/** What the two entries of a transfer, or of its end, must say. */
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

export type OperationChecks = {
  /** Checks what was written at a position; positions in ascending order. */
  readonly check: (operation: Operation) => void
  readonly conclude: () => void
}

type Dependencies = { readonly chains: AccountChains; readonly derived: DerivedRows; readonly findings: Findings }

/** Holds every operation against the rules by which it was written, and follows the accounts' chains. */
export function createOperationChecks({ chains, derived, findings }: Dependencies): OperationChecks {
  const sums = chains.groups.map(() => 0n)

  const addToSums = (entries: readonly Entry[]): void => {
    for (const entry of entries) {
      const group = entry.postedDelta === 0n ? undefined : chains.groupOf(entry.account)
      if (group !== undefined) sums[group] = (sums[group] ?? 0n) + entry.postedDelta
    }
  }

  const checkSides = (expected: Expected, entries: readonly Entry[]): void => {
    if (entries.length !== 2) {
      findings.add('conserved', `${expected.name} has ${entries.length} entries, expected 2`)
    }
    for (const side of [entrySide.source, entrySide.destination]) {
      const entry = entries.find((one) => one.side === side)
      if (entry === undefined) {
        if (entries.length > 0) findings.add('conserved', `${expected.name} has no entry of ${sideName(side)}`)
      } else checkSide(findings, expected, entry)
    }
    if (chains.groupOf(expected.source) !== chains.groupOf(expected.destination)) {
      const accounts = `${accountMark(expected.source)} and ${accountMark(expected.destination)}`
      findings.add('conserved', `${expected.name} joins ${accounts}, which differ in asset or book`)
    }
  }

  const checkBook = (name: string, account: number, book: number): void => {
    const group = chains.groupOf(account)
    const found = group === undefined ? undefined : chains.groups[group]?.book
    if (found !== book) {
      findings.add(
        'conserved',
        `${name} is of book ${book}, but its ${accountMark(account)} of book ${found ?? 'none'}`,
      )
    }
  }

  const checkTransfer = (row: TransferRow, entries: readonly Entry[]): void => {
    const name = transferMark(row.position)
    if ((row.flags & transferFlag.refused) !== 0) {
      if (entries.length > 0) findings.add('once', `${name} was refused, but has ${entries.length} entries`)
      return
    }
    findings.count('conserved', 1)
    derived.addTransfer(row)
    const { source, destination, amount, recordedAt } = row
    if (source === undefined || destination === undefined) {
      findings.add('conserved', `${name} lacks an account`)
      return
    }
    checkBook(name, source, row.book)
    const pending = (row.flags & transferFlag.pending) !== 0
    const expected = {
      ...{ name, transfer: row.position, source, destination, recordedAt },
      kind: pending ? entryKind.held : entryKind.posted,
      posted: pending ? 0n : amount,
      pendingDelta: pending ? amount : 0n,
    }
    checkSides(expected, entries)
    if (!pending) derived.addEntries(row, entries)
  }

  const checkEnd = (row: ResolutionRow, hold: Hold | undefined, entries: readonly Entry[]): void => {
    const name = `the end of ${transferMark(row.transfer)}`
    findings.count('holds', 1)
    if (hold === undefined) {
      findings.add('holds', `${name} ends a transfer that does not exist`)
      return
    }
    checkResolution(findings, name, row, hold)
    derived.endHold(hold)
    derived.addEntries(hold, entries)
    const expected = {
      ...{ name, transfer: hold.position, source: hold.source, destination: hold.destination },
      ...{ kind: row.kind, posted: row.amount, pendingDelta: -hold.amount, recordedAt: row.recordedAt },
    }
    checkSides(expected, entries)
  }

  const checkSettings = (row: Settings, entries: readonly Entry[]): void => {
    findings.count('settings', 1)
    if (row.version === 0) return
    const entry = entries.find(({ account, version }) => account === row.account && version === row.version)
    const name = `the settings of version ${row.version} of ${accountMark(row.account)}`
    if (entry === undefined) findings.add('settings', `${name} have no entry`)
    else if (entry.kind !== entryKind.setting)
      findings.add('settings', `${name} share it with an entry of kind ${entry.kind}`)
    else if (entry.postedDelta !== 0n || entry.pendingDelta !== 0n) findings.add('settings', `${name} moved a balance`)
    else if (entry.recordedAt !== row.recordedAt)
      findings.add('settings', `${name} are of another time than their entry`)
  }

  const checkOrphans = ({ transfers, resolutions, settings, entries }: Operation): void => {
    if (transfers.length > 0 || resolutions.length > 0) return
    for (const entry of entries) {
      const explained =
        entry.kind === entryKind.setting &&
        settings.some(({ account, version }) => account === entry.account && version === entry.version)
      if (explained) continue
      const what = entry.kind === entryKind.setting ? 'has no settings' : `has no ${transferMark(entry.transfer)}`
      findings.add(entry.kind === entryKind.setting ? 'settings' : 'conserved', `${entryName(entry)} ${what}`)
    }
  }

  return {
    check: (operation) => {
      const { position, transfers, resolutions, endedHolds, settings, entries } = operation
      if (transfers.length + resolutions.length > 1) {
        findings.add('once', `position ${position} was used ${transfers.length + resolutions.length} times`)
      }
      for (const row of transfers) checkTransfer(row, entries)
      for (const row of resolutions) {
        checkEnd(row, endedHolds.find(({ hold }) => hold?.position === row.transfer)?.hold, entries)
      }
      for (const row of settings) {
        checkSettings(row, entries)
        if (row.version === 0) chains.open(row)
      }
      checkOrphans(operation)
      findings.count('account_chains', entries.length)
      findings.count('bounded', entries.length)
      addToSums(entries)
      for (const entry of entries)
        chains.follow(
          entry,
          settings.find(({ account }) => account === entry.account),
        )
    },
    conclude: () => {
      for (const [at, sum] of sums.entries()) {
        const group = chains.groups[at]
        if (sum !== 0n)
          findings.add('conserved', `book ${group?.book}: entries in ${group?.asset} sum to ${sum}, expected 0`)
      }
    },
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
  return side === entrySide.source ? 'its source' : 'its destination'
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
