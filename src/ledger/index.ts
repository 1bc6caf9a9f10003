export type * from './commands.ts'
export type { Claim, Ledger } from './ledger.ts'
export { type LedgerRefusal, type LedgerRefusalCode, ledgerRefusals } from './refusals.ts'
