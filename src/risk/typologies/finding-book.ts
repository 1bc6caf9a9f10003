import type { Timestamp } from '#kernel'
import { type Match, microsPerSecond, totalOf } from './finder.ts'
import { accountsInFindingMax, type Finding, transfersInFindingMax } from './finding.ts'
import type { Pattern } from './pattern.ts'
import type { StoredTransfer } from './stored-transfer.ts'
import { transferRow } from './transfer.ts'

/** What is remembered of a finding, so that the same is not found twice. */
export type OpenFinding = {
  readonly id: string
  readonly revision: number
  readonly lastAt: Timestamp
  /** As of the revision that was last reported. */
  readonly subjects: number
  readonly accounts: number
  readonly total: bigint
}

/** By pattern, asset and key, the one that was found again last at the end. */
export type OpenFindings = ReadonlyMap<string, OpenFinding>

/**
 * Makes findings of matches. The same thing that is found again before its window is over is the same finding: reported
 * again only with more subjects, or when its accounts or its sum have doubled.
 */
export class FindingBook {
  readonly #openMax: number
  readonly #open: Map<string, OpenFinding>
  forgotten = 0

  constructor(openMax: number, open: OpenFindings) {
    this.#openMax = openMax
    this.#open = new Map(open)
  }

  get open(): OpenFindings {
    return this.#open
  }

  /** Undefined when there is nothing new about it. */
  report(match: Match, { pattern, closing, number }: Closing): Finding | undefined {
    const key = `${pattern.id}/${closing.asset}/${match.key}`
    const known = this.#open.get(key)
    const isSame = known !== undefined && closing.at - known.lastAt <= pattern.withinSeconds * microsPerSecond
    const accounts = accountsOf(match)
    const size = { subjects: match.subjects.length, accounts: accounts.length, total: totalOf(match.transfers) }
    const isNews = !isSame || isMore(size, known)
    const id = isSame ? known.id : `${pattern.id}/${closing.asset}/${closing.id}/${number}`
    const revision = isSame ? known.revision + (isNews ? 1 : 0) : 1
    const reported = isNews ? size : (known as OpenFinding)
    this.#put(key, {
      id,
      revision,
      lastAt: isSame ? Math.max(known.lastAt, closing.at) : closing.at,
      subjects: reported.subjects,
      accounts: reported.accounts,
      total: reported.total,
    })
    if (!isNews) return undefined
    return { id, revision, ...contentOf(match, { pattern, closing, accounts, total: size.total }) }
  }

  #put(key: string, open: OpenFinding): void {
    this.#open.delete(key)
    this.#open.set(key, open)
    if (this.#open.size <= this.#openMax) return
    // Half at once: a map is slow at giving up its first entry many times.
    let left = this.#openMax >> 1
    for (const oldest of this.#open.keys()) {
      if (left === 0) return
      this.#open.delete(oldest)
      this.forgotten += 1
      left -= 1
    }
  }
}

type Closing = {
  readonly pattern: Pattern
  readonly closing: StoredTransfer
  /** Among what the transfer closed for the pattern. */
  readonly number: number
}

type Size = Pick<OpenFinding, 'subjects' | 'accounts' | 'total'>

function isMore(size: Size, known: Size): boolean {
  return size.subjects > known.subjects || size.accounts >= known.accounts * 2 || size.total >= known.total * 2n
}

function accountsOf(match: Match): readonly string[] {
  const accounts = new Set(match.subjects)
  for (const { source, destination } of match.transfers) accounts.add(source).add(destination)
  return [...accounts]
}

type Content = Omit<Closing, 'number'> & { readonly accounts: readonly string[]; readonly total: bigint }

function contentOf(match: Match, { pattern, closing, accounts, total }: Content): Omit<Finding, 'id' | 'revision'> {
  const times = match.transfers.map(({ at }) => at)
  const points = Math.min(100 - pattern.score, Math.floor(Math.min(2, match.excess) * 15))
  return {
    kind: pattern.kind,
    pattern,
    asset: closing.asset,
    subjects: match.subjects.slice(0, accountsInFindingMax),
    accounts: accounts.slice(0, accountsInFindingMax),
    transfers: match.transfers.slice(-transfersInFindingMax).map(transferRow),
    transfersOmitted: Math.max(0, match.transfers.length - transfersInFindingMax),
    total: total.toString(),
    from: times.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY),
    to: times.reduce((last, at) => Math.max(last, at), Number.NEGATIVE_INFINITY),
    closedBy: closing.id,
    score: pattern.score + points,
    facts: match.facts,
    explanation: match.explanation,
  }
}
