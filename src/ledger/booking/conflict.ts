import { Fault } from '#platform/faults'
import { isKeyTaken } from '#platform/idempotency'
import { type BurstStep, DatabaseFault, type Transaction } from '#platform/postgres'

/** Raised by `ledger.require_heads`: an account has moved beyond the version on which a refusal relied. */
const headMoved = 'MU001'
const deadlock = '40P01'
const lockNotAvailable = '55P03'
const outOfRange = '22003'
const integrityClass = '23'
/** States in which the server refuses every write for now. */
const serverStates = new Set(['25006', '25P03', '53100', '53200', '53300', '58030'])

/** Another writer came first: a row of the ledger already exists, or a head on which a refusal relied has moved. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof DatabaseFault)) return false
  return error.state === headMoved || (error.isUniqueViolation && error.schema === 'ledger')
}

/** The cached heads may be wrong: rows decided on stale heads violate the ledger's constraints. */
export function isDoubtful(error: unknown): boolean {
  if (!(error instanceof DatabaseFault)) return false
  const isIntegrity = error.state?.startsWith(integrityClass) === true && error.schema === 'ledger'
  return isIntegrity || isConflict(error) || error.state === outOfRange
}

/** Whether a second read finds the cause: a conflict, or an answer under an idempotency key. */
export function isOvertaken(error: unknown): boolean {
  return isConflict(error) || isKeyTaken(error)
}

export function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseFault && error.state === lockNotAvailable
}

/** Whether any batch would fail in the same way: the database is unreachable, refuses writes, or is another one now. */
export function isOfTheServer(error: unknown): boolean {
  if (!(error instanceof DatabaseFault)) return error instanceof Fault && error.retryable
  return error.isCutOff || serverStates.has(error.state ?? '')
}

/** Whether the outcome of a batch is unknown. Such a batch must not be written again. */
export function isCommitUnknown(error: unknown): boolean {
  return error instanceof Fault && error.code === 'commit_unknown'
}

/** The fault for an account that does not become free in time. */
export function accountBusy(cause?: unknown): Fault {
  const message =
    'An account of the transfer is locked by another transaction, or very many holds on it have lapsed and are being ended. Nothing was booked; send it again.'
  return new Fault({ code: 'account_busy', message, retryable: true, cause })
}

/** The account that another writer has moved, if the error names it. */
export function movedAccount(error: unknown): number | undefined {
  if (!(error instanceof DatabaseFault) || error.detail === undefined) return undefined
  if (error.state === headMoved) return Number(error.detail.split(' ')[0])
  if (error.constraint !== 'entries_pkey') return undefined
  // The values of (account, version), in any language of the message.
  const [, account] = /\((\d+), \d+\)/.exec(error.detail) ?? []
  return account === undefined ? undefined : Number(account)
}

/** How often a caller's work is attempted. Before each repetition, another writer's work was done. */
const attemptsMax = 20

const begin: BurstStep = { name: 'ledger-savepoint', text: 'savepoint ledger_attempt' }
const keep: BurstStep = { name: 'ledger-release', text: 'release savepoint ledger_attempt' }
const takeBack: BurstStep = { name: 'ledger-take-back', text: 'rollback to savepoint ledger_attempt' }

/**
 * The steps around an attempt's own: `begin` before it reads heads, `keep` after its last write. `failure` is the error
 * that ended the attempt before, if there was one.
 */
export type Attempt = { readonly begin: BurstStep; readonly keep: BurstStep; readonly failure: unknown }

/**
 * Runs work in a caller's transaction, and repeats it when another writer was first on one of its accounts. It rolls
 * back to the attempt's `begin`; the caller's earlier work stays. An attempt that writes nothing need not `keep`. An
 * error after `keep` is not the attempt's and is thrown. So is an error that occurs twice in the same way, as another
 * attempt would not help.
 */
export async function attemptWithin<Value>(
  tx: Transaction,
  work: (attempt: Attempt) => Promise<Value>,
  isMendable: (error: unknown) => boolean = () => false,
): Promise<Value> {
  let failure: unknown
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await work({ begin, keep, failure })
    } catch (error) {
      const again = isConflict(error) || (attempts === 1 && isDoubtful(error)) || isDeadlock(error) || isMendable(error)
      if (!again || attempts >= attemptsMax || isSame(error, failure)) throw error
      await tx.burst([takeBack]).catch((broken: unknown) => {
        // On a lost connection, the earlier error does not say what to do.
        throw isOfTheServer(broken) ? broken : error
      })
      failure = error
    }
  }
}

function isDeadlock(error: unknown): boolean {
  return error instanceof DatabaseFault && error.state === deadlock
}

function isSame(error: unknown, other: unknown): boolean {
  if (!(error instanceof DatabaseFault && other instanceof DatabaseFault)) return false
  const { state, constraint, detail } = error
  return state === other.state && constraint === other.constraint && detail === other.detail
}
