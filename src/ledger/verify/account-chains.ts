import { formatTimestamp } from '#kernel'
import type { SnapshotReader } from '#platform/postgres'
import { entryKind, entrySide } from '../journal.ts'
import { accountMark, type Findings } from './findings.ts'

/** An entry as it is stored. Times in microseconds since 1970. */
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

/** A row of settings as it is stored. */
export type Settings = {
  readonly account: number
  readonly version: number
  readonly position: number
  readonly minAvailable: bigint | null
  readonly maxBalance: bigint | null
  readonly recordedAt: number
}

/**
 * Follows the entries of all accounts at once, in the order of their positions, which is also that
 * of each account's versions: a writer takes its position after it has read the head it builds on.
 * Keeps some 80 bytes an account and nothing per transfer.
 */
export type AccountChains = {
  /** The place of an account's book and asset among {@link AccountChains.groups}; undefined when there is no such account. */
  readonly groupOf: (account: number) => number | undefined
  /** Books and assets, by place. */
  readonly groups: readonly { readonly book: number; readonly asset: string }[]
  /** The settings of version 0. */
  readonly open: (settings: Settings) => void
  /** The next entry; with the settings that begin with it, when it is of kind "setting". */
  readonly follow: (entry: Entry, settings: Settings | undefined) => void
  /** An open hold, to be found in the pending balances when all entries have been followed. */
  readonly expectHold: (source: number, destination: number, amount: bigint) => void
  readonly conclude: () => void
}

const notOpened = -1
const minIsNull = 1
const maxIsNull = 2

/** Reads which accounts there are, and stands before their first entries. */
export async function loadAccountChains(reader: SnapshotReader, findings: Findings): Promise<AccountChains> {
  const [counted] = await reader.query<{ accounts: bigint }>({
    text: 'select count(*) as accounts from ledger.accounts',
  })
  const size = Number(counted?.accounts ?? 0n)
  const numbers = new Float64Array(size)
  const group = new Uint32Array(size)
  const groups: { book: number; asset: string }[] = []
  const groupAt = new Map<string, number>()
  let at = 0
  await reader.eachRow('select number, book_id, asset from ledger.accounts order by number', (row) => {
    const book = row.int4(1)
    const asset = row.text(2)
    const name = `${book} ${asset}`
    let place = groupAt.get(name)
    if (place === undefined) {
      place = groups.push({ book, asset }) - 1
      groupAt.set(name, place)
    }
    numbers[at] = row.int8(0)
    group[at] = place
    at += 1
  })
  return followAccounts({ numbers, group, groups }, findings)
}

type AccountList = {
  readonly numbers: Float64Array
  readonly group: Uint32Array
  readonly groups: { book: number; asset: string }[]
}

function followAccounts({ numbers, group, groups }: AccountList, findings: Findings): AccountChains {
  const size = numbers.length
  const version = new Float64Array(size).fill(notOpened)
  const posted = new BigInt64Array(size)
  const pendingOut = new BigInt64Array(size)
  const pendingIn = new BigInt64Array(size)
  const recordedAt = new Float64Array(size).fill(Number.NEGATIVE_INFINITY)
  const minAvailable = new BigInt64Array(size)
  const maxBalance = new BigInt64Array(size)
  const unbounded = new Uint8Array(size)

  const setLimits = (at: number, settings: Settings): void => {
    minAvailable[at] = settings.minAvailable ?? 0n
    maxBalance[at] = settings.maxBalance ?? 0n
    unbounded[at] = (settings.minAvailable === null ? minIsNull : 0) | (settings.maxBalance === null ? maxIsNull : 0)
  }

  const checkStep = (at: number, entry: Entry): void => {
    const expected = (version[at] ?? notOpened) + 1
    if (entry.version !== expected) {
      const place = `version ${entry.version} of ${accountMark(entry.account)}`
      findings.add('account_chains', `${place} follows version ${expected - 1}: expected version ${expected}`)
      return
    }
    const out = entry.side === entrySide.source ? entry.pendingDelta : 0n
    const into = entry.side === entrySide.destination ? entry.pendingDelta : 0n
    compareBalance(findings, entry, 'posted', (posted[at] ?? 0n) + entry.postedDelta)
    compareBalance(findings, entry, 'pendingOut', (pendingOut[at] ?? 0n) + out)
    compareBalance(findings, entry, 'pendingIn', (pendingIn[at] ?? 0n) + into)
    if (entry.recordedAt < (recordedAt[at] ?? 0)) {
      const times = `${formatTimestamp(entry.recordedAt)}, before the version before it`
      findings.add('account_chains', `${entryName(entry)} is recorded at ${times}`)
    }
  }

  const checkLimits = (at: number, entry: Entry): void => {
    const free = unbounded[at] ?? 0
    const available = entry.posted - entry.pendingOut
    const lowered = entry.side === entrySide.source && entry.postedDelta - entry.pendingDelta < 0n
    if (lowered && (free & minIsNull) === 0 && available < (minAvailable[at] ?? 0n)) {
      const text = `leaves ${available} available, below the min_available of ${minAvailable[at]} then in force`
      findings.add('bounded', `${entryName(entry)} ${text}`)
    }
    const total = entry.posted + entry.pendingIn
    const raised = entry.side === entrySide.destination && entry.postedDelta + entry.pendingDelta > 0n
    if (raised && (free & maxIsNull) === 0 && total > (maxBalance[at] ?? 0n)) {
      const text = `leaves ${total} posted and coming in, above the max_balance of ${maxBalance[at]} then in force`
      findings.add('bounded', `${entryName(entry)} ${text}`)
    }
  }

  return {
    groups,
    groupOf: (account) => group[indexOf(numbers, account)],
    open: (settings) => {
      const at = indexOf(numbers, settings.account)
      if (at < 0) {
        findings.add('settings', `version 0 of ${accountMark(settings.account)} has settings but no account`)
        return
      }
      if (version[at] !== notOpened) {
        findings.add('settings', `${accountMark(settings.account)} was opened more than once`)
      }
      version[at] = 0
      recordedAt[at] = settings.recordedAt
      setLimits(at, settings)
    },
    follow: (entry, settings) => {
      const at = indexOf(numbers, entry.account)
      if (at < 0) {
        findings.add('account_chains', `${entryName(entry)} belongs to no account`)
        return
      }
      checkStep(at, entry)
      if (entry.kind === entryKind.setting) {
        if (settings !== undefined) setLimits(at, settings)
      } else checkLimits(at, entry)
      version[at] = entry.version
      posted[at] = entry.posted
      pendingOut[at] = entry.pendingOut
      pendingIn[at] = entry.pendingIn
      recordedAt[at] = entry.recordedAt
    },
    expectHold: (source, destination, amount) => {
      const from = indexOf(numbers, source)
      const to = indexOf(numbers, destination)
      if (from >= 0) pendingOut[from] = (pendingOut[from] ?? 0n) - amount
      if (to >= 0) pendingIn[to] = (pendingIn[to] ?? 0n) - amount
    },
    conclude: () => {
      for (let at = 0; at < size; at += 1) {
        const name = accountMark(numbers[at] ?? 0)
        if (version[at] === notOpened) findings.add('settings', `${name} has no settings of version 0`)
        if (pendingOut[at] !== 0n) {
          findings.add('holds', `${name} holds ${pendingOut[at]} more to go out than its open holds add up to`)
        }
        if (pendingIn[at] !== 0n) {
          findings.add('holds', `${name} holds ${pendingIn[at]} more to come in than its open holds add up to`)
        }
      }
    },
  }
}

/** How findings name an entry. */
export function entryName(entry: Entry): string {
  return `version ${entry.version} of ${accountMark(entry.account)}`
}

function compareBalance(
  findings: Findings,
  entry: Entry,
  balance: 'posted' | 'pendingOut' | 'pendingIn',
  expected: bigint,
): void {
  if (entry[balance] === expected) return
  findings.add(
    'account_chains',
    `${entryName(entry)}: ${balanceName[balance]} is ${entry[balance]}, expected ${expected}`,
  )
}

const balanceName = { posted: 'posted', pendingOut: 'pending_out', pendingIn: 'pending_in' } as const

/** The place of a number in a sorted list, or -1. Account numbers mostly follow one another without gaps. */
function indexOf(numbers: Float64Array, wanted: number): number {
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
