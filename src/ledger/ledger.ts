import type { Result, Taker } from '#kernel'
import type { Idempotent, IdempotentRequest, StoredAnswer } from '#platform/idempotency'
import type { BurstStep, Transaction } from '#platform/postgres'
import type { NamedAccount } from './accounts/account-directory.ts'
import type { Standings } from './accounts/account-standing.ts'
import type {
  Account,
  AccountOutcome,
  ChangeAccount,
  CommandGroup,
  CreateAccount,
  TransferOutcome,
} from './commands.ts'
import type { LedgerRefusalCode } from './refusals.ts'
import type { SealerStatus } from './sealing/sealer.ts'

/** A submission under an idempotency key. `answer` renders the outcomes as the answer to store. */
export type IdempotentSubmission = IdempotentRequest & {
  readonly answer: (outcomes: readonly TransferOutcome[]) => StoredAnswer
}

/** The writing side of the ledger. */
export type Ledger = {
  /**
   * Decides up to 10,000 commands in a transaction of the ledger, batched with other groups. Resolves after the commit,
   * with outcomes in command order. Throws a retryable Fault when the database is unreachable or too busy.
   */
  readonly submit: (group: CommandGroup, options?: SubmitOptions) => Promise<readonly TransferOutcome[]>
  /** Like `submit`, once per idempotency key. The same transaction stores the answer. */
  readonly submitOnce: (
    group: CommandGroup,
    idempotency: IdempotentSubmission,
    options?: SubmitOptions,
  ) => Promise<Idempotent<readonly TransferOutcome[]>>
  /** Decides commands in the caller's transaction. Rows stay locked until it ends. */
  readonly post: (tx: Transaction, group: CommandGroup) => Promise<readonly TransferOutcome[]>
  /**
   * Like `post`, for many groups in order, each by itself. `before` steps run ahead of the ledger's first step, in one
   * burst with it. `along` returns steps that run with the ledger's last step. When another writer was first, nothing
   * has happened, and `along` is called again with new outcomes.
   *
   * `onBusy` receives the indexes of groups that cannot be decided, always before `along`. It returns all indexes to
   * skip, these and any others; their outcomes are empty. Without it, each case is a retryable Fault. A group is busy
   * when an account is locked longer than the connection's lock_timeout, has more lapsed holds than are ended at once,
   * or has some that cannot be ended. Groups in `ending` only wait for hold ends of which this posting writes some.
   * They may be posted again at once.
   */
  readonly postAll: (
    tx: Transaction,
    groups: readonly CommandGroup[],
    bounds?: {
      readonly before?: readonly BurstStep[]
      readonly along?: (outcomes: readonly (readonly TransferOutcome[])[]) => Along | Promise<Along>
      readonly onBusy?: (groups: readonly number[], ending: readonly number[]) => readonly number[]
    },
  ) => Promise<readonly (readonly TransferOutcome[])[]>
  /**
   * How accounts stand now, or stood at most `maxAgeMs` ago (default 0). With `tx`, finds accounts opened in it too.
   * `postAll` need not look up the accounts found here.
   */
  readonly standings: (
    accounts: readonly NamedAccount[],
    options?: { readonly tx?: Transaction; readonly maxAgeMs?: number },
  ) => Promise<Standings>
  /** The given assets that exist, as `book code`: ISO currencies and custom assets of the book. */
  readonly knownAssets: (
    assets: readonly { readonly book: number; readonly asset: string }[],
    tx?: Transaction,
  ) => Promise<ReadonlySet<string>>
  /** Decides as `submit` would now, without any effect. */
  readonly dryRun: (group: CommandGroup) => Promise<readonly TransferOutcome[]>

  /** Opens up to 10,000 accounts in order, each by itself. The same id and content again is a replay. */
  readonly createAccounts: (
    tx: Transaction,
    commands: readonly CreateAccount[],
    options?: ByProgram,
  ) => Promise<readonly AccountOutcome[]>
  readonly changeAccount: (
    tx: Transaction,
    command: ChangeAccount,
    options?: Partial<ByProgram> & {
      /** Gets the locked account as it was. */
      readonly onLocked?: (before: Account) => void
    },
  ) => Promise<Result<Account, LedgerRefusalCode>>

  readonly statistics: () => WriterStatistics
  readonly sealing: () => SealerStatus

  readonly start: () => Promise<void>
  /** Finishes the submitted groups within `timeoutMs` and stops. */
  readonly stop: (timeoutMs: number) => Promise<void>
}

/** The program itself acts, so reserved codes are allowed. */
export type ByProgram = { readonly byProgram: true }

export type SubmitOptions = {
  /** Checked before a request is decided. An abandoned request is dropped. */
  readonly isAbandoned?: () => boolean
  /** Senders take turns, and no sender may fill the whole queue. */
  readonly sender?: Taker
}

/** Steps of a caller. With `commits`, the last step ends the transaction, and fails when it does not commit. */
export type Along = { readonly steps: readonly BurstStep[]; readonly commits: boolean }

/** Counters since the start. */
export type WriterStatistics = {
  readonly batches: number
  /** Batches sent while the previous batch was in flight. */
  readonly overlapped: number
  readonly commands: number
  /** Commands written under row locks, as other writers use their accounts. */
  readonly commandsApart: number
  readonly conflicts: number
  readonly queued: number
  /** How far recorded times are ahead of the database's clock, which was set back. */
  readonly clockHeldMs: number
  readonly readMs: number
  readonly writeMs: number
  readonly decideMs: number
}
