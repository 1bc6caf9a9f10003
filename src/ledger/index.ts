export type { NamedAccount } from './account-directory.ts'
export { type AccountCursor, type AccountFilter, listAccounts } from './account-list-read-model.ts'
export { findAccount, getAccount, type NumberedAccount } from './account-read-model.ts'
export type { AccountStanding, Standings } from './account-standing.ts'
export { type Balance, balanceAt, type TimeAxis } from './balance-read-model.ts'
export { createBatchHasher, hashBlock } from './batch-hash.ts'
export type * from './commands.ts'
export { createLedger, type LedgerDependencies } from './create-ledger.ts'
export { type Entry, type EntryCursor, type EntryKind, listEntries } from './entry-read-model.ts'
export { journalTables } from './journal.ts'
export type { Claim, Ledger, WriterStatistics } from './ledger.ts'
export { ledgerMetrics } from './ledger-metrics.ts'
export { type MetadataOwner, metadataTerm } from './metadata-term.ts'
export type { Page } from './reading.ts'
export { type LedgerRefusal, type LedgerRefusalCode, ledgerRefusals } from './refusals.ts'
export { reportProblems } from './routes/problems.ts'
export { type LedgerRoutesDependencies, ledgerRoutes } from './routes.ts'
export { createSealer, type Sealer, type SealerOptions, type SealerStatus } from './sealer.ts'
export {
  createStatementReader,
  type Statement,
  type StatementCursor,
  type StatementQuery,
  type StatementReader,
} from './statement-read-model.ts'
export type { TransferCursor, TransferFilter } from './transfer-criteria.ts'
export { listTransfers } from './transfer-list-read-model.ts'
export { getTransfer, getTransfers } from './transfer-read-model.ts'
export {
  createTrialBalanceReader,
  type TrialBalance,
  type TrialBalanceCursor,
  type TrialBalanceQuery,
  type TrialBalanceReader,
} from './trial-balance-read-model.ts'
export { streamVerification, type VerificationMessage } from './verify/stream-verification.ts'
export {
  type Verification,
  type VerificationProgress,
  type VerifyOptions,
  verifyLedger,
} from './verify/verify-ledger.ts'
