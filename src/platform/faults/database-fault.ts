import { Fault } from './fault.ts'

/** SQLSTATEs after which a retry may succeed. */
const retryableStates = new Set([
  '25006', // read_only_sql_transaction: another server may be the one that writes by now
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '57014', // query_canceled
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '53100', // disk_full
  '53200', // out_of_memory
  '53300', // too_many_connections
  '58030', // io_error
])

/** At least one of the characters is a digit: `EPIPE` is an error of the connection, not an SQLSTATE. */
const statePattern = /^(?=.*\d)[0-9A-Z]{5}$/

/** A statement or a connection failed. `state` is the SQLSTATE when the server gave one. */
export class DatabaseFault extends Fault {
  override readonly name = 'DatabaseFault'
  readonly state: string | undefined
  readonly constraint: string | undefined
  readonly schema: string | undefined
  readonly detail: string | undefined

  constructor(cause: Error & { code?: string; constraint?: string; schema?: string; detail?: string }) {
    const state = cause.code !== undefined && statePattern.test(cause.code) ? cause.code : undefined
    super({
      code: state === undefined ? 'database_unavailable' : 'database_error',
      message: cause.message,
      retryable: state === undefined || retryableStates.has(state) || state.startsWith('08'),
      cause,
    })
    this.state = state
    this.constraint = cause.constraint
    this.schema = cause.schema
    this.detail = cause.detail
  }

  get isUniqueViolation(): boolean {
    return this.state === '23505'
  }

  get isReadOnly(): boolean {
    return this.state === '25006'
  }

  get isOutOfRoom(): boolean {
    return this.state === '53100'
  }

  /** Whether a commit may have happened: the connection broke, or the server was ending. */
  get isCutOff(): boolean {
    return this.state === undefined || this.state.startsWith('57P') || this.state.startsWith('08')
  }
}

/** Rethrows an error of pg as a {@link DatabaseFault}; for `.catch(databaseFault)`. */
export function databaseFault(error: Error): never {
  throw error instanceof Fault ? error : new DatabaseFault(error)
}
