import { Fault } from '#platform/faults'
import { isKeyTaken } from '#platform/idempotency'
import { type BurstStep, DatabaseFault, type Transaction } from '#platform/postgres'

/** What `ledger.require_heads` raises: an account has moved beyond the version that a refusal relied upon. */
const headMoved = 'MU001'
const deadlock = '40P01'
const lockNotAvailable = '55P03'
const outOfRange = '22003'
const integrityClass = '23'
/** The server does not write now, whatever it is sent. */
const serverStates = new Set(['25006', '25P03', '53100', '53200', '53300', '58030'])

/** Somebody else wrote first: a row of the ledger's is there already, or a head that a refusal relied upon has moved. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof DatabaseFault)) return false
  return error.state === headMoved || (error.isUniqueViolation && error.schema === 'ledger')
}

/** Beliefs may be what is wrong: with heads that are stale the rows of the ledger contradict its constraints. */
export function isDoubtful(error: unknown): boolean {
  if (!(error instanceof DatabaseFault)) return false
  const isIntegrity = error.state?.startsWith(integrityClass) === true && error.schema === 'ledger'
  return isIntegrity || isConflict(error) || error.state === outOfRange
}

/** Whether looking again finds what was there already: a conflict, or an answer under an idempotency key. */
export function isOvertaken(error: unknown): boolean {
  return isConflict(error) || isKeyTaken(error)
}

export function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseFault && error.state === lockNotAvailable
}

/** Whether the same would happen to any batch: the database is away, does not write, or is another one now. */
export function isOfTheServer(error: unknown): boolean {
  if (!(error instanceof DatabaseFault)) return error instanceof Fault && error.retryable
  return error.isCutOff || serverStates.has(error.state ?? '')
}

/** Whether nobody knows what became of a batch: it must not be written again. */
export function isCommitUnknown(error: unknown): boolean {
  return error instanceof Fault && error.code === 'commit_unknown'
}

/** An account cannot be had in time. */
export function accountBusy(cause?: unknown): Fault {
  const message =
    'An account of the transfer is kept locked by somebody else, or very many holds on it have lapsed and are being ended. Nothing was booked; send it again.'
  return new Fault({ code: 'account_busy', message, retryable: true, cause })
}

/** The account that somebody else has moved, where the error tells. */
export function movedAccount(error: unknown): number | undefined {
  if (!(error instanceof DatabaseFault) || error.detail === undefined) return undefined
  if (error.state === headMoved) return Number(error.detail.split(' ')[0])
  if (error.constraint !== 'entries_pkey') return undefined
  // The values of (account, version), whatever the language around them.
  const [, account] = /\((\d+), \d+\)/.exec(error.detail) ?? []
  return account === undefined ? undefined : Number(account)
}

/** How often a caller's work is done again. Each time somebody else's work was done instead. */
const attemptsMax = 20

const begin: BurstStep = { name: 'ledger-savepoint', text: 'savepoint ledger_attempt' }
const keep: BurstStep = { name: 'ledger-release', text: 'release savepoint ledger_attempt' }
const takeBack: BurstStep = { name: 'ledger-take-back', text: 'rollback to savepoint ledger_attempt' }

/**
 * The steps that an attempt puts around its own: `begin` before it reads heads, `keep` after its last
 * write. `failure` is what made an end of the attempt before, if there was one.
 */
export type Attempt = { readonly begin: BurstStep; readonly keep: BurstStep; readonly failure: unknown }

/**
 * Does work in a caller's transaction, and again when another writer was first on one of its accounts:
 * what the attempt did is taken back to its `begin`, and what the caller did before stays. An attempt
 * that writes nothing need not `keep` anything; what fails after `keep` is not the attempt's, and is
 * thrown. So is what fails twice in the same way, which no further attempt would mend.
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
        // Of a connection that is gone, what was met before says nothing of what to do.
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
