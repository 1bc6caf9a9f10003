import type { Timestamp, Uuid } from '#kernel'
import type { AccountFacts } from '../accounts/account-facts.ts'
import type { BookNumber } from '../commands.ts'
import type { BookedTransfer, TransferRecord } from './transfer-record.ts'

/** The state on which the account's next entry builds, in minor units. */
export type Head = {
  readonly number: number
  version: number
  posted: bigint
  pendingOut: bigint
  pendingIn: bigint
  readonly minAvailable: bigint | null
  readonly maxBalance: bigint | null
  /** A code of `accountState`. */
  readonly state: number
  /** No hold on the account lapses before this; Infinity when none expires. */
  lapsesAt: number
  /** Time of the latest entry, or of the opening. No later entry is recorded before it. */
  recordedAt: Timestamp
}

export type WorkingSetSources = {
  readonly account: (book: BookNumber, reference: string) => AccountFacts | undefined
  /** The working set never changes this head. */
  readonly head: (account: number) => Head | undefined
  /** Batches in flight, newest first. Their effects already count. */
  readonly previous: readonly WorkingSet[]
}

export class WorkingSet {
  #sources: WorkingSetSources
  readonly #heads = new Map<number, Head>()
  readonly #transfers = new Map<BookNumber, Map<Uuid, TransferRecord>>()
  readonly #references = new Map<BookNumber, Set<string>>()
  readonly #timedHolds: BookedTransfer[] = []
  /** Accounts on whose heads a refusal relied, with the version before the batch. */
  readonly #reliedUpon = new Map<number, number>()
  #undo: (() => void)[] | undefined

  constructor(sources: WorkingSetSources) {
    this.#sources = sources
  }

  /** Call it once this batch has committed. */
  forgetPrevious(): void {
    this.#sources = { ...this.#sources, previous: [] }
  }

  account(book: BookNumber, reference: string): AccountFacts | undefined {
    return this.#sources.account(book, reference)
  }

  head(account: number): Head {
    let head = this.#heads.get(account)
    if (head === undefined) {
      const source = this.#sources.head(account)
      if (source === undefined) throw new Error(`the head of account ${account} was not loaded`)
      head = { ...source }
      this.#heads.set(account, head)
    }
    return head
  }

  hasHead(account: number): boolean {
    return this.#heads.has(account) || this.#sources.head(account) !== undefined
  }

  /** The head that this batch leaves; undefined when the batch does not concern the account. */
  headAfter(account: number): Head | undefined {
    return this.#heads.get(account)
  }

  /** Call it before a head changes. */
  touch(head: Head): void {
    if (this.#undo === undefined) return
    const before = { ...head }
    this.#undo.push(() => {
      Object.assign(head, before)
      // A group's refusal relied on every head that the group found, even on those it would have moved.
      this.relyUpon(head.number)
    })
  }

  relyUpon(account: number): void {
    if (!this.#reliedUpon.has(account)) {
      const source = this.#sources.head(account)
      if (source !== undefined) this.#reliedUpon.set(account, source.version)
    }
  }

  transfer(book: BookNumber, id: Uuid): TransferRecord | undefined {
    return this.ownTransfer(book, id) ?? previousTransfer(this.#sources.previous, book, id)
  }

  /** Ignores earlier batches. */
  ownTransfer(book: BookNumber, id: Uuid): TransferRecord | undefined {
    return this.#transfers.get(book)?.get(id)
  }

  addTransfer(record: TransferRecord): void {
    const transfers = ofBook(this.#transfers, record.book, () => new Map<Uuid, TransferRecord>())
    transfers.set(record.id, record)
    this.#undo?.push(() => transfers.delete(record.id))
    if (record.refusal !== undefined || !record.pending || record.expiresAt === undefined) return
    this.#timedHolds.push(record)
    this.#undo?.push(() => this.#timedHolds.pop())
  }

  /** Holds with an expiry that this batch created or found; `transfer` has their current state. */
  timedHolds(): readonly BookedTransfer[] {
    return this.#timedHolds
  }

  /** Adds a transfer from the database, unless an earlier batch has a newer state of it. */
  foundTransfer(record: TransferRecord): void {
    if (this.transfer(record.book, record.id) === undefined) this.addTransfer(record)
  }

  /** The earlier record stays unchanged, as an earlier batch may have created it. */
  replaceTransfer(record: TransferRecord): void {
    const transfers = ofBook(this.#transfers, record.book, () => new Map<Uuid, TransferRecord>())
    const before = transfers.get(record.id)
    transfers.set(record.id, record)
    this.#undo?.push(() => (before === undefined ? transfers.delete(record.id) : transfers.set(record.id, before)))
  }

  hasReference(book: BookNumber, reference: string): boolean {
    return (
      this.ownReference(book, reference) ||
      this.#sources.previous.some((before) => before.ownReference(book, reference))
    )
  }

  /** Ignores earlier batches. */
  ownReference(book: BookNumber, reference: string): boolean {
    return this.#references.get(book)?.has(reference) === true
  }

  addReference(book: BookNumber, reference: string): void {
    const references = ofBook(this.#references, book, () => new Set<string>())
    references.add(reference)
    this.#undo?.push(() => references.delete(reference))
  }

  beginGroup(): void {
    this.#undo = []
  }

  keepGroup(): void {
    this.#undo = undefined
  }

  takeBackGroup(): void {
    const undo = this.#undo ?? []
    this.#undo = undefined
    for (let at = undo.length - 1; at >= 0; at -= 1) undo[at]?.()
  }

  heads(): IterableIterator<Head> {
    return this.#heads.values()
  }

  reliedUpon(): ReadonlyMap<number, number> {
    return this.#reliedUpon
  }
}

export function previousTransfer(
  previous: readonly WorkingSet[],
  book: BookNumber,
  id: Uuid,
): TransferRecord | undefined {
  for (const before of previous) {
    const record = before.ownTransfer(book, id)
    if (record !== undefined) return record
  }
  return undefined
}

export function previousHead(previous: readonly WorkingSet[], account: number): Head | undefined {
  for (const before of previous) {
    const head = before.headAfter(account)
    if (head !== undefined) return head
  }
  return undefined
}

function ofBook<Value>(books: Map<BookNumber, Value>, book: BookNumber, make: () => Value): Value {
  let value = books.get(book)
  if (value === undefined) {
    value = make()
    books.set(book, value)
  }
  return value
}
