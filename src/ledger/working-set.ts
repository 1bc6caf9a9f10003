import type { Timestamp, Uuid } from '#kernel'
import type { AccountFacts } from './account-facts.ts'
import type { BookNumber } from './commands.ts'
import type { BookedTransfer, TransferRecord } from './transfer-record.ts'

/** The head of an account's chain of entries: what the next entry builds upon. Minor units. */
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
  /** No hold on the account lapses before; Infinity when none does by itself. */
  lapsesAt: number
  /** When the latest entry was recorded, or the account opened: no later one is recorded before. */
  recordedAt: Timestamp
}

/** How to find what a batch needs that the batch itself has not made. */
export type WorkingSetSources = {
  readonly account: (book: BookNumber, reference: string) => AccountFacts | undefined
  /** The head as last known; never changed by the working set. */
  readonly head: (account: number) => Head | undefined
  /** The batches before that are on their way to the database, the newest first: what they did counts already. */
  readonly previous: readonly WorkingSet[]
}

/**
 * Everything the commands of one batch see and change before anything is written: working copies of
 * heads, transfers found or made, references taken. An all-or-nothing group can be taken back.
 */
export class WorkingSet {
  #sources: WorkingSetSources
  readonly #heads = new Map<number, Head>()
  readonly #transfers = new Map<BookNumber, Map<Uuid, TransferRecord>>()
  readonly #references = new Map<BookNumber, Set<string>>()
  readonly #timedHolds: BookedTransfer[] = []
  /** Accounts whose heads a refusal relied upon, with the version before the batch. */
  readonly #reliedUpon = new Map<number, number>()
  #undo: (() => void)[] | undefined

  constructor(sources: WorkingSetSources) {
    this.#sources = sources
  }

  /** Releases the batches before, once this one has been committed. */
  forgetPrevious(): void {
    this.#sources = { ...this.#sources, previous: [] }
  }

  account(book: BookNumber, reference: string): AccountFacts | undefined {
    return this.#sources.account(book, reference)
  }

  /** The working head of an account, for reading. */
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

  /** Whether the head of an account was found. */
  hasHead(account: number): boolean {
    return this.#heads.has(account) || this.#sources.head(account) !== undefined
  }

  /** The head as this batch leaves it; undefined when the batch does not concern the account. */
  headAfter(account: number): Head | undefined {
    return this.#heads.get(account)
  }

  /** Announces that a head is about to change. */
  touch(head: Head): void {
    if (this.#undo === undefined) return
    const before = { ...head }
    this.#undo.push(() => {
      Object.assign(head, before)
      // A group that is taken back was refused because of all that it found, also where it would have moved.
      this.relyUpon(head.number)
    })
  }

  /** A refusal rests on what this account's head says. */
  relyUpon(account: number): void {
    if (!this.#reliedUpon.has(account)) {
      const source = this.#sources.head(account)
      if (source !== undefined) this.#reliedUpon.set(account, source.version)
    }
  }

  transfer(book: BookNumber, id: Uuid): TransferRecord | undefined {
    return this.ownTransfer(book, id) ?? previousTransfer(this.#sources.previous, book, id)
  }

  /** A transfer as this batch knows it, the batches before left aside. */
  ownTransfer(book: BookNumber, id: Uuid): TransferRecord | undefined {
    return this.#transfers.get(book)?.get(id)
  }

  /** Makes a transfer known: found in the database, or made by this batch. */
  addTransfer(record: TransferRecord): void {
    const transfers = ofBook(this.#transfers, record.book, () => new Map<Uuid, TransferRecord>())
    transfers.set(record.id, record)
    this.#undo?.push(() => transfers.delete(record.id))
    if (record.refusal !== undefined || !record.pending || record.expiresAt === undefined) return
    this.#timedHolds.push(record)
    this.#undo?.push(() => this.#timedHolds.pop())
  }

  /** Holds that this batch made or found and that lapse by themselves; what became of them is in `transfer`. */
  timedHolds(): readonly BookedTransfer[] {
    return this.#timedHolds
  }

  /** A transfer found in the database, unless a batch before has a newer word on it. */
  foundTransfer(record: TransferRecord): void {
    if (this.transfer(record.book, record.id) === undefined) this.addTransfer(record)
  }

  /**
   * Puts what became of a transfer in the place of what it was. The record itself stays as it is, as
   * a batch before may have made it.
   */
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

  /** Whether this batch took or found the reference, the batches before left aside. */
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

  /** Takes back everything since `beginGroup`. */
  takeBackGroup(): void {
    const undo = this.#undo ?? []
    this.#undo = undefined
    for (let at = undo.length - 1; at >= 0; at -= 1) undo[at]?.()
  }

  /** The heads as the batch leaves them. */
  heads(): IterableIterator<Head> {
    return this.#heads.values()
  }

  reliedUpon(): ReadonlyMap<number, number> {
    return this.#reliedUpon
  }
}

/** A transfer as the newest of the batches before knows it. */
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

/** The head of an account as the newest of the batches before leaves it. */
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
