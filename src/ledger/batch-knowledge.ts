import type { FoundKeys } from '#platform/idempotency'
import type { BurstStep } from '#platform/postgres'
import type { AccountDirectory } from './account-directory.ts'
import type { BatchMoment, NamedReference } from './batch-store.ts'
import type { CommandGroup } from './commands.ts'
import type { CommandAccounts } from './decide-transfers.ts'
import type { Heads } from './heads.ts'
import type { Claim } from './ledger.ts'
import type { BookedTransfer, TransferRecord } from './transfer-record.ts'
import type { Head, WorkingSet } from './working-set.ts'

/** A group of commands, and the idempotency key it claims if any. */
export type BatchRequest = { readonly group: CommandGroup; readonly claim?: Claim | undefined }

/** What the database said for a batch. */
export type BatchKnowledge = BatchMoment & {
  /** Of each command. */
  readonly accounts: readonly CommandAccounts[]
  /** The pending transfers that commands end. */
  readonly holds: readonly TransferRecord[]
  /** The accounts that are stuck: locked by somebody else for longer than is waited for. */
  readonly busy: ReadonlySet<number>
  /** Accounts with a lapsed hold that cannot be ended, as its other account is busy: it holds nothing, but still counts. */
  readonly bound: ReadonlySet<number>
  readonly heads: ReadonlyMap<number, Head>
  /** Those of the heads that were read just now. */
  readonly read: readonly Head[]
  readonly transfers: readonly TransferRecord[]
  readonly references: readonly NamedReference[]
  readonly keys: FoundKeys
  /** Holds on the batch's accounts that have lapsed and are not known to have ended. */
  readonly lapsed: readonly BookedTransfer[]
  /** Accounts on which more holds have lapsed than one batch ends: nothing that concerns them is decided yet. */
  readonly crowded: ReadonlySet<number>
}

export type GatherOptions = {
  readonly directory: AccountDirectory
  /** Heads to trust; those of other accounts are read. */
  readonly heads: Heads | undefined
  /** Lock all accounts before; undefined: no locks. */
  readonly locking?: Locking | undefined
  /** Look every id up, also those that this process made up: it may have written them before. */
  readonly lookUpAll: boolean
  /** The batches before that are on their way, the newest first: what they did is not in the database yet. */
  readonly previous?: readonly WorkingSet[]
  readonly before: readonly BurstStep[]
}

/** How accounts are locked. */
export type Locking = {
  /** Told which accounts are about to be locked. */
  readonly announce: (accounts: readonly number[]) => void
  /** Resolves when it is known what became of all that this process has on its way to these accounts. */
  readonly landed: (accounts: readonly number[]) => Promise<void>
  /** Whether a lock is not waited for. An account that is not had then is answered as busy. */
  readonly isStuck: (account: number) => boolean
}
