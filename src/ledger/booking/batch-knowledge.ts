import type { FoundKeys } from '#platform/idempotency'
import type { BurstStep } from '#platform/postgres'
import type { AccountDirectory } from '../accounts/account-directory.ts'
import type { CommandGroup } from '../commands.ts'
import type { Claim } from '../ledger.ts'
import type { CommandAccounts } from '../transfers/decide-transfers.ts'
import type { BookedTransfer, TransferRecord } from '../transfers/transfer-record.ts'
import type { Head, WorkingSet } from '../transfers/working-set.ts'
import type { BatchMoment, NamedReference } from './batch-store.ts'
import type { Heads } from './heads.ts'

/** A group of commands, and the idempotency key it claims if any. */
export type BatchRequest = { readonly group: CommandGroup; readonly claim?: Claim | undefined }

export type BatchKnowledge = BatchMoment & {
  /** One for each command. */
  readonly accounts: readonly CommandAccounts[]
  /** The pending transfers that commands end. */
  readonly holds: readonly TransferRecord[]
  /** Stuck accounts: another transaction has locked them for longer than the batch waits. */
  readonly busy: ReadonlySet<number>
  /**
   * Accounts with a lapsed hold that cannot be ended because its other account is busy. It holds nothing, but the
   * balances still count it.
   */
  readonly bound: ReadonlySet<number>
  readonly heads: ReadonlyMap<number, Head>
  /** The heads that were read just now, not cached. */
  readonly read: readonly Head[]
  readonly transfers: readonly TransferRecord[]
  readonly references: readonly NamedReference[]
  readonly keys: FoundKeys
  /** Lapsed holds on the batch's accounts that are not known to have ended. */
  readonly lapsed: readonly BookedTransfer[]
  /** Accounts with more lapsed holds than one batch ends. No command on them is decided yet. */
  readonly crowded: ReadonlySet<number>
}

export type GatherOptions = {
  readonly directory: AccountDirectory
  /** Cached heads to trust; the heads of other accounts are read. */
  readonly heads: Heads | undefined
  /** If given, all accounts are locked first. */
  readonly locking?: Locking | undefined
  /** Look up every id, including those this process generated: it may have written them before. */
  readonly lookUpAll: boolean
  /** The earlier batches in flight, newest first: the database does not have their effects yet. */
  readonly previous?: readonly WorkingSet[]
  readonly before: readonly BurstStep[]
}

export type Locking = {
  readonly announce: (accounts: readonly number[]) => void
  /** Resolves when the outcome of everything that this process has in flight on these accounts is known. */
  readonly landed: (accounts: readonly number[]) => Promise<void>
  /** Whether to lock this account without waiting. An account that is then not locked at once is returned as busy. */
  readonly isStuck: (account: number) => boolean
}
