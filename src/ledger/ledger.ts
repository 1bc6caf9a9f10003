import type { Result, Taker } from '#kernel'
import type { IdempotencyClaim, Idempotent, StoredAnswer } from '#platform/idempotency'
import type { BurstStep, Transaction } from '#platform/postgres'
import type { NamedAccount } from './account-directory.ts'
import type { Standings } from './account-standing.ts'
import type {
  Account,
  AccountOutcome,
  ChangeAccount,
  CommandGroup,
  CreateAccount,
  TransferOutcome,
} from './commands.ts'
import type { LedgerRefusalCode } from './refusals.ts'
import type { SealerStatus } from './sealer.ts'

/** A claim on an idempotency key, and how the outcomes become the answer kept under it. */
export type Claim = IdempotencyClaim & { readonly answer: (outcomes: readonly TransferOutcome[]) => StoredAnswer }

/** The door of the ledger's writing side. */
export type Ledger = {
  /**
   * Decides a group of commands in a transaction of the ledger's own, shared with whatever other
   * groups arrive meanwhile; resolves after the commit, outcomes in the order of the commands.
   * At most 10,000 commands. Throws a retryable Fault when the database is away or too busy.
   */
  readonly submit: (group: CommandGroup, options?: SubmitOptions) => Promise<readonly TransferOutcome[]>
  /** As `submit`, once per idempotency key: the answer is stored in the same transaction. */
  readonly submitOnce: (
    group: CommandGroup,
    claim: Claim,
    options?: SubmitOptions,
  ) => Promise<Idempotent<readonly TransferOutcome[]>>
  /** Decides commands within the caller's transaction. Rows stay locked until it ends. */
  readonly post: (tx: Transaction, group: CommandGroup) => Promise<readonly TransferOutcome[]>
  /**
   * As `post`, many groups at once and in order; each stands for itself. Answers the outcomes of each group.
   * `before` are steps of the caller's own that go before the ledger's first, in one burst with it, and
   * `along` gives some that go with its last; it is asked again, with other outcomes, when another writer
   * was first and nothing has happened. With `onBusy`, groups whose accounts somebody else keeps locked
   * for longer than the connection's lock_timeout are not decided: it is told their indexes, always before
   * `along` is asked, and answers all that are to be left out, those and others; their outcomes are empty.
   * Left out are also those on accounts with more lapsed holds than are ended at once, or with some that cannot be;
   * `ending` are those that only wait for ends of which this posting writes some, and may come again at once.
   * Without it that is a retryable Fault.
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
   * How accounts stand now, or stood at most `maxAgeMs` ago (0 when not given): for whoever promises something
   * about them before it asks for a transfer. With `tx`, also those that were opened in that transaction.
   * What was found out saves `postAll` asking for it.
   */
  readonly standings: (
    accounts: readonly NamedAccount[],
    options?: { readonly tx?: Transaction; readonly maxAgeMs?: number },
  ) => Promise<Standings>
  /** Which of these assets the ledger keeps accounts in, as `book code`: currencies, and a book's own. */
  readonly knownAssets: (
    assets: readonly { readonly book: number; readonly asset: string }[],
    tx?: Transaction,
  ) => Promise<ReadonlySet<string>>
  /** What `submit` would answer now, without any effect. */
  readonly dryRun: (group: CommandGroup) => Promise<readonly TransferOutcome[]>

  /** Opens accounts, each for itself, in order; at most 10,000. The same id and content again is a replay. */
  readonly createAccounts: (
    tx: Transaction,
    commands: readonly CreateAccount[],
    options?: ByProgram,
  ) => Promise<readonly AccountOutcome[]>
  /** Changes limits, state or metadata of an account; refusals by its state. */
  readonly changeAccount: (
    tx: Transaction,
    command: ChangeAccount,
    options?: ByProgram,
  ) => Promise<Result<Account, LedgerRefusalCode>>

  /** What the writer has done since its start. */
  readonly statistics: () => WriterStatistics
  /** How the sealing of what was written goes. */
  readonly sealing: () => SealerStatus

  /** Opens the writer's connection and starts the sealer and the expiry of holds. */
  readonly start: () => Promise<void>
  /** Finishes what was submitted and stops; at most `timeoutMs`. */
  readonly stop: (timeoutMs: number) => Promise<void>
}

/** The program does it by itself: accounts of reserved codes are its own. */
export type ByProgram = { readonly byProgram: true }

export type SubmitOptions = {
  /** Asked before a request is decided: what nobody waits for any more is dropped. */
  readonly isAbandoned?: () => boolean
  /** Whose request it is: senders take turns, and none may have all that waits. */
  readonly sender?: Taker
}

/** Steps of a caller's; `commits`: the last of them ends the transaction, and fails when it does not commit. */
export type Along = { readonly steps: readonly BurstStep[]; readonly commits: boolean }

/** Counters since the start. Durations in milliseconds. */
export type WriterStatistics = {
  readonly batches: number
  /** Those of the batches that were sent while the one before was on its way. */
  readonly overlapped: number
  readonly commands: number
  /** Those of the commands that were written under row locks, as others write to their accounts. */
  readonly commandsApart: number
  readonly conflicts: number
  readonly queued: number
  /** How far the time of what is recorded is ahead of the database's clock, which was set back. */
  readonly clockHeldMs: number
  /** Waiting for the database to read, to write and commit; deciding and encoding in this process. */
  readonly readMs: number
  readonly writeMs: number
  readonly decideMs: number
}
