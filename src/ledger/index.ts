export type { NamedAccount } from './accounts/account-directory.ts'
export { findAccount, getAccount, type NumberedAccount } from './accounts/account-read-model.ts'
export type { AccountStanding, Standings } from './accounts/account-standing.ts'
export type * from './commands.ts'
export { createLedger, type LedgerDependencies } from './create-ledger.ts'
export type { IdempotentSubmission, Ledger, WriterStatistics } from './ledger.ts'
export { ledgerMetrics } from './ledger-metrics.ts'
export { type AccountCursor, type AccountFilter, listAccounts } from './lists/account-list-read-model.ts'
export { type Entry, type EntryCursor, type EntryKind, listEntries } from './lists/entry-read-model.ts'
export type { TransferCursor, TransferFilter } from './lists/transfer-criteria.ts'
export { listTransfers } from './lists/transfer-list-read-model.ts'
export { type LedgerRefusal, type LedgerRefusalCode, ledgerRefusals } from './refusals.ts'
export { type Balance, balanceAt, type TimeAxis } from './reports/balance-read-model.ts'
export {
  createStatementReader,
  type Statement,
  type StatementCursor,
  type StatementQuery,
  type StatementReader,
} from './reports/statement-read-model.ts'
export {
  createTrialBalanceReader,
  type TrialBalance,
  type TrialBalanceCursor,
  type TrialBalanceQuery,
  type TrialBalanceReader,
} from './reports/trial-balance-read-model.ts'
export { ledgerEvents } from './routes/event-schemas.ts'
export { type LedgerRoutesDependencies, ledgerRoutes } from './routes.ts'
export { createBatchHasher, hashBlock } from './sealing/batch-hash.ts'
export { journalTables } from './sealing/journal.ts'
export { createSealer, type Sealer, type SealerOptions, type SealerStatus } from './sealing/sealer.ts'
export { type MetadataOwner, metadataTerm } from './transfers/metadata-term.ts'
export { getTransfer, getTransfers } from './transfers/transfer-read-model.ts'
export { streamVerification, type VerificationMessage } from './verify/stream-verification.ts'
export { verifyInThread } from './verify/verification-thread.ts'
export {
  type Verification,
  type VerificationProgress,
  type VerifyOptions,
  verifyLedger,
} from './verify/verify-ledger.ts'
