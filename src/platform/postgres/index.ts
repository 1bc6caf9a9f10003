/** For programs outside this repository. @public */
export { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres/index.ts'
export { DatabaseFault } from '../faults/index.ts'
export type { BurstAnswer, BurstStep } from './burst.ts'
export { copyOf as serverCopyOf, identityText as serverIdentityText } from './connections/server-identity.ts'
export { CopyDecoder } from './copying/copy-decoder.ts'
export { CopyEncoder, type CopyMark } from './copying/copy-encoder.ts'
export {
  openSnapshotReader,
  readAtLength,
  type SnapshotReader,
  type SnapshotReaderOptions,
} from './copying/snapshot-reader.ts'
export {
  type Database,
  type DatabaseOptions,
  openDatabase,
  type Session,
  type SessionOptions,
} from './database.ts'
export { fewRows } from './few-rows.ts'
export { openLockSession, takeLock } from './migrating/advisory-lock.ts'
export { type AppliedMigration, type MigratedModule, migrate, watchMigrations } from './migrating/migrate.ts'
export {
  type ConfiguredDatabase,
  type DatabaseChoice,
  openConfiguredDatabase,
} from './open-configured-database.ts'
export { repeatDeadlocked } from './repeat-deadlocked.ts'
export { fromMicros, instant, isStorable, micros, plainArray, textArray, timeOrNone, toUuid } from './sql-values.ts'
export type { Queryable, Statement, Transaction } from './transaction.ts'
export { commitStep, type Proof, type Unit, type UnitLimits } from './units/commit-unit.ts'
export { type Confirmations, createConfirmations } from './units/confirmations.ts'
export { createConfirmedUnits } from './units/confirmed-units.ts'
export { epochChanged } from './units/epochs.ts'
export { briefLocks, createUnitLine, type UnitLine, type UnitLineOptions } from './units/unit-line.ts'
export { createWriteProbe } from './units/write-probe.ts'
