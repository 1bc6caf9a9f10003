export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded-postgres.ts'
export { isAlive, type Postmaster, readPostmaster } from './postmaster.ts'
