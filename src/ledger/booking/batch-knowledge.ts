import type { FoundKeys } from '#platform/idempotency'
import type { BurstStep } from '#platform/postgres'
import type { AccountDirectory } from '../accounts/account-directory.ts'
import type { CommandGroup } from '../commands.ts'
import type { IdempotentSubmission } from '../ledger.ts'
import type { CommandAccounts } from '../transfers/decide-transfers.ts'
import type { BookedTransfer, TransferRecord } from '../transfers/transfer-record.ts'
import type { Head, WorkingSet } from '../transfers/working-set.ts'
import type { BatchMoment, NamedReference } from './batch-store.ts'
import type { Heads } from './heads.ts'

export type BatchRequest = { readonly group: CommandGroup; readonly idempotency?: IdempotentSubmission | undefined }

export type BatchKnowledge = BatchMoment & {
  readonly accounts: readonly CommandAccounts[]
  readonly holds: readonly TransferRecord[]
  /** Accounts that another transaction has locked for longer than the batch waits. */
  readonly busy: ReadonlySet<number>
  /** Accounts whose lapsed hold cannot end, as its other account is busy. The balances still count that hold. */
  readonly bound: ReadonlySet<number>
  readonly heads: ReadonlyMap<number, Head>
  readonly read: readonly Head[]
  readonly transfers: readonly TransferRecord[]
  readonly references: readonly NamedReference[]
  readonly keys: FoundKeys
  /** Lapsed holds on the batch's accounts, not known to have ended. */
  readonly lapsed: readonly BookedTransfer[]
  /** Accounts with more lapsed holds than one batch ends. Commands on them must wait. */
  readonly crowded: ReadonlySet<number>
}

export type GatherOptions = {
  readonly directory: AccountDirectory
  readonly heads: Heads | undefined
  readonly locking?: Locking | undefined
  /** Look up generated ids too: this process may have written them before. */
  readonly lookUpAll: boolean
  /** Batches in flight, newest first. The database does not have their effects yet. */
  readonly previous?: readonly WorkingSet[]
  readonly before: readonly BurstStep[]
}

export type Locking = {
  readonly announce: (accounts: readonly number[]) => void
  /** Resolves when the outcome of everything this process has in flight on these accounts is known. */
  readonly landed: (accounts: readonly number[]) => Promise<void>
  /** Lock this account only if it is free at once; otherwise return it as busy. */
  readonly isKeptLocked: (account: number) => boolean
}
