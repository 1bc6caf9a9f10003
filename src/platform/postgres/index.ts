export type { BurstAnswer, BurstStep } from './burst.ts'
export { commitStep, type Proof, type Unit } from './commit-unit.ts'
export { type Confirmations, createConfirmations } from './confirmations.ts'
export { createConfirmedUnits } from './confirmed-units.ts'
export { CopyDecoder } from './copy-decoder.ts'
export { CopyEncoder, type CopyMark } from './copy-encoder.ts'
export {
  type Database,
  type DatabaseOptions,
  openDatabase,
  type Session,
  type SessionOptions,
} from './database.ts'
export { DatabaseFault } from './database-fault.ts'
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts'
export { epochChanged } from './epochs.ts'
export { fewRows } from './few-rows.ts'
export { type AppliedMigration, type MigratedModule, migrate, watchMigrations } from './migrate.ts'
export {
  type ConfiguredDatabase,
  type DatabaseChoice,
  openConfiguredDatabase,
} from './open-configured-database.ts'
export { schemaText } from './schema-text.ts'
export { openSnapshotReader, readAtLength, type SnapshotReader, type SnapshotReaderOptions } from './snapshot-reader.ts'
export { fromMicros, micros, plainArray, textArray, toUuid } from './sql-values.ts'
export type { Queryable, Statement, Transaction } from './transaction.ts'
export { openTurnSession, takeTurn } from './turn.ts'
export { createUnitLine, type UnitLine, type UnitLineOptions } from './unit-line.ts'
export { createWriteProbe } from './write-probe.ts'
