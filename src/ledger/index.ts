export type * from './commands.ts'
export { createLedger, type LedgerDependencies } from './create-ledger.ts'
export type { Claim, Ledger, WriterStatistics } from './ledger.ts'
export { type LedgerRefusal, type LedgerRefusalCode, ledgerRefusals } from './refusals.ts'
