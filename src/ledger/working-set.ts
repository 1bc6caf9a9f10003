import type { Uuid } from '#kernel'
import type { AccountFacts } from './account-directory.ts'
import type { BookNumber } from './commands.ts'
import type { TransferRecord } from './transfer-record.ts'

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
}

/** How to find what a batch needs that the batch itself has not made. */
export type WorkingSetSources = {
  readonly account: (book: BookNumber, reference: string) => AccountFacts | undefined
  /** The head as last known; never changed by the working set. */
  readonly head: (account: number) => Head | undefined
}

/**
 * Everything the commands of one batch see and change before anything is written: working copies of
 * heads, transfers found or made, references taken. An all-or-nothing group can be taken back.
 */
export class WorkingSet {
  readonly #sources: WorkingSetSources
  readonly #heads = new Map<number, Head>()
  readonly #transfers = new Map<string, TransferRecord>()
  readonly #references = new Set<string>()
  /** Accounts whose heads a refusal relied upon, with the version before the batch. */
  readonly #reliedUpon = new Map<number, number>()
  #undo: (() => void)[] | undefined

  constructor(sources: WorkingSetSources) {
    this.#sources = sources
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

  /** Announces that a head is about to change. */
  touch(head: Head): void {
    if (this.#undo === undefined) return
    const before = { ...head }
    this.#undo.push(() => Object.assign(head, before))
  }

  /** A refusal rests on what this account's head says. */
  relyUpon(account: number): void {
    if (!this.#reliedUpon.has(account)) {
      const source = this.#sources.head(account)
      if (source !== undefined) this.#reliedUpon.set(account, source.version)
    }
  }

  transfer(book: BookNumber, id: Uuid): TransferRecord | undefined {
    return this.#transfers.get(`${book} ${id}`)
  }

  /** Makes a transfer known: found in the database, or made by this batch. */
  addTransfer(record: TransferRecord): void {
    const key = `${record.book} ${record.id}`
    this.#transfers.set(key, record)
    this.#undo?.push(() => this.#transfers.delete(key))
  }

  resolve(record: TransferRecord, resolution: NonNullable<TransferRecord['resolution']>): void {
    record.resolution = resolution
    this.#undo?.push(() => {
      record.resolution = undefined
    })
  }

  hasReference(book: BookNumber, reference: string): boolean {
    return this.#references.has(`${book} ${reference}`)
  }

  addReference(book: BookNumber, reference: string): void {
    const key = `${book} ${reference}`
    this.#references.add(key)
    this.#undo?.push(() => this.#references.delete(key))
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
