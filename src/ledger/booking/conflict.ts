import { Fault } from '#platform/faults'
import { isKeyTaken } from '#platform/idempotency'
import { type BurstStep, DatabaseFault, type Transaction } from '#platform/postgres'

/** Raised by `ledger.require_heads`. */
const headMoved = 'MU001'
const deadlock = '40P01'
const lockNotAvailable = '55P03'
const outOfRange = '22003'
const integrityClass = '23'
const serverStates = new Set(['25006', '25P03', '53100', '53200', '53300', '58030'])

/** Another writer was first: a ledger row exists already, or a head on which a refusal relied has moved. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof DatabaseFault)) return false
  return error.state === headMoved || (error.isUniqueViolation && error.schema === 'ledger')
}

/** Cached heads may be wrong: rows decided on stale heads violate the ledger's constraints. */
export function isDoubtful(error: unknown): boolean {
  if (!(error instanceof DatabaseFault)) return false
  const isIntegrity = error.state?.startsWith(integrityClass) === true && error.schema === 'ledger'
  return isIntegrity || isConflict(error) || error.state === outOfRange
}

/** A second read finds the cause: a conflict, or an answer under an idempotency key. */
export function isOvertaken(error: unknown): boolean {
  return isConflict(error) || isKeyTaken(error)
}

export function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseFault && error.state === lockNotAvailable
}

/** Any batch would fail: the database is unreachable, refuses writes, or is another one now. */
export function isOfTheServer(error: unknown): boolean {
  if (!(error instanceof DatabaseFault)) return error instanceof Fault && error.retryable
  return error.isCutOff || serverStates.has(error.state ?? '')
}

/** The outcome is unknown, so the batch must not be written again. */
export function isCommitUnknown(error: unknown): boolean {
  return error instanceof Fault && error.code === 'commit_unknown'
}

export function accountBusy(cause?: unknown): Fault {
  const message =
    'An account of the transfer is locked by another transaction, or very many holds on it have lapsed and are being ended. Nothing was booked; send it again.'
  return new Fault({ code: 'account_busy', message, retryable: true, cause })
}

export function movedAccount(error: unknown): number | undefined {
  if (!(error instanceof DatabaseFault) || error.detail === undefined) return undefined
  if (error.state === headMoved) return Number(error.detail.split(' ')[0])
  if (error.constraint !== 'entries_pkey') return undefined
  // The values of (account, version); the message may be in any language.
  const [, account] = /\((\d+), \d+\)/.exec(error.detail) ?? []
  return account === undefined ? undefined : Number(account)
}

/** Before each repetition, another writer's work was done. */
const attemptsMax = 20

const begin: BurstStep = { name: 'ledger-savepoint', text: 'savepoint ledger_attempt' }
const keep: BurstStep = { name: 'ledger-release', text: 'release savepoint ledger_attempt' }
const takeBack: BurstStep = { name: 'ledger-take-back', text: 'rollback to savepoint ledger_attempt' }

/** `begin` before the attempt reads heads, `keep` after its last write. `failure` ended the previous attempt. */
export type Attempt = { readonly begin: BurstStep; readonly keep: BurstStep; readonly failure: unknown }

/**
 * Runs work in a caller's transaction, and repeats it when another writer was first. It rolls back to `begin`; the
 * caller's earlier work stays. An attempt that writes nothing need not `keep`. An error after `keep` is not the
 * attempt's and is thrown. So is an error that occurs twice in the same way.
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
        // On a lost connection, the earlier error is no guide.
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
