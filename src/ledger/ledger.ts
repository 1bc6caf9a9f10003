import type { Result, Taker } from '#kernel'
import type { IdempotencyClaim, Idempotent, StoredAnswer } from '#platform/idempotency'
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

/** A claim on an idempotency key. `answer` turns the outcomes into the answer that is stored under it. */
export type Claim = IdempotencyClaim & { readonly answer: (outcomes: readonly TransferOutcome[]) => StoredAnswer }

/** The writing side of the ledger. */
export type Ledger = {
  /**
   * Decides a group of commands in a transaction of the ledger's own, together with other groups that arrive meanwhile.
   * Resolves after the commit, with outcomes in the order of the commands. At most 10,000 commands. Throws a retryable
   * Fault when the database is unreachable or too busy.
   */
  readonly submit: (group: CommandGroup, options?: SubmitOptions) => Promise<readonly TransferOutcome[]>
  /** As `submit`, once per idempotency key: the answer is stored in the same transaction. */
  readonly submitOnce: (
    group: CommandGroup,
    claim: Claim,
    options?: SubmitOptions,
  ) => Promise<Idempotent<readonly TransferOutcome[]>>
  /** Decides commands in the caller's transaction. Rows stay locked until it ends. */
  readonly post: (tx: Transaction, group: CommandGroup) => Promise<readonly TransferOutcome[]>
  /**
   * As `post`, for many groups in order, each by itself. Returns the outcomes of each group.
   *
   * `before` are steps of the caller that precede the ledger's first, in one burst with it. `along` returns steps that
   * go with the ledger's last. It is called again, with other outcomes, when another writer was first and nothing has
   * happened.
   *
   * With `onBusy`, groups are not decided if other transactions lock their accounts for longer than the connection's
   * lock_timeout. The ledger calls it with their indexes, always before `along`. It returns the indexes of all groups
   * to leave out, these and any others; their outcomes are empty. Groups are also left out when an account has more
   * lapsed holds than are ended at once, or some that cannot be ended. `ending` are the groups that only wait for ends
   * of which this posting writes some; they may be posted again at once. Without `onBusy`, each of these is a retryable
   * Fault.
   */
  readonly postAll: (
    tx: Transaction,
    groups: readonly CommandGroup[],
    bounds?: {
      readonly before?: readonly BurstStep[]
      readonly along?: (outcomes: readonly (readonly TransferOutcome[])[]) => Along
      readonly onBusy?: (groups: readonly number[], ending: readonly number[]) => readonly number[]
    },
  ) => Promise<readonly (readonly TransferOutcome[])[]>
  /**
   * How accounts stand now, or stood at most `maxAgeMs` ago (default 0). It is for callers that promise something about
   * them before they request a transfer. With `tx`, it also finds accounts opened in that transaction. `postAll` need
   * not look up the accounts that were found here.
   */
  readonly standings: (
    accounts: readonly NamedAccount[],
    options?: { readonly tx?: Transaction; readonly maxAgeMs?: number },
  ) => Promise<Standings>
  /** The assets among these in which the ledger keeps accounts, as `book code`: currencies, and a book's own. */
  readonly knownAssets: (
    assets: readonly { readonly book: number; readonly asset: string }[],
    tx?: Transaction,
  ) => Promise<ReadonlySet<string>>
  /** The answer that `submit` would give now, without any effect. */
  readonly dryRun: (group: CommandGroup) => Promise<readonly TransferOutcome[]>

  /** Opens accounts in order, each by itself; at most 10,000. The same id and content again is a replay. */
  readonly createAccounts: (
    tx: Transaction,
    commands: readonly CreateAccount[],
    options?: ByProgram,
  ) => Promise<readonly AccountOutcome[]>
  /** Changes limits, state or metadata of an account. Refuses by the account's state. */
  readonly changeAccount: (
    tx: Transaction,
    command: ChangeAccount,
    options?: ByProgram,
  ) => Promise<Result<Account, LedgerRefusalCode>>

  readonly statistics: () => WriterStatistics
  readonly sealing: () => SealerStatus

  /** Opens the writer's connection and starts the sealer and the expiry of holds. */
  readonly start: () => Promise<void>
  /** Finishes the submitted groups and stops; at most `timeoutMs`. */
  readonly stop: (timeoutMs: number) => Promise<void>
}

/** The program itself acts: accounts with reserved codes are its own. */
export type ByProgram = { readonly byProgram: true }

export type SubmitOptions = {
  /** Called before a request is decided. A request for which no caller waits any more is dropped. */
  readonly isAbandoned?: () => boolean
  /** The sender of the request. Senders take turns, and no sender may fill the whole queue. */
  readonly sender?: Taker
}

/** Steps of a caller. `commits`: the last step ends the transaction, and fails when it does not commit. */
export type Along = { readonly steps: readonly BurstStep[]; readonly commits: boolean }

/** Counters since the start. Durations in milliseconds. */
export type WriterStatistics = {
  readonly batches: number
  /** The batches that were sent while the batch before was in flight. */
  readonly overlapped: number
  readonly commands: number
  /** The commands that were written under row locks, as other writers use their accounts. */
  readonly commandsApart: number
  readonly conflicts: number
  readonly queued: number
  /** How far recorded times are ahead of the database's clock, which was set back. */
  readonly clockHeldMs: number
  /** Time waiting for the database to read; to write and commit; and time deciding and encoding in this process. */
  readonly readMs: number
  readonly writeMs: number
  readonly decideMs: number
}
