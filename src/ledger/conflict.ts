import { type BurstStep, DatabaseFault, type Transaction } from '#platform/postgres'

const divisionByZero = '22012'
const deadlock = '40P01'

/** Somebody else wrote first: a unique violation, or a head that a refusal relied upon has moved. */
export function isConflict(error: unknown): boolean {
  return error instanceof DatabaseFault && (error.isUniqueViolation || error.state === divisionByZero)
}

/** How often a caller's work is done anew. Each time somebody else's work was done instead. */
const attemptsMax = 20

const begin: BurstStep = { name: 'ledger-savepoint', text: 'savepoint ledger_attempt' }
const keep: BurstStep = { name: 'ledger-release', text: 'release savepoint ledger_attempt' }
const takeBack: BurstStep = { name: 'ledger-take-back', text: 'rollback to savepoint ledger_attempt' }

/** The steps that an attempt puts around its own: `begin` before it reads heads, `keep` after its last write. */
export type Attempt = { readonly begin: BurstStep; readonly keep: BurstStep; readonly isFirst: boolean }

/**
 * Does work in a caller's transaction, and anew when another writer was first on one of its accounts:
 * what the attempt did is taken back to its `begin`, and what the caller did before stays. An attempt
 * that writes nothing need not `keep` anything; what fails after `keep` is not the attempt's, and is thrown.
 */
export async function attemptWithin<Value>(
  tx: Transaction,
  work: (attempt: Attempt) => Promise<Value>,
): Promise<Value> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await work({ begin, keep, isFirst: attempts === 1 })
    } catch (error) {
      const isMendable = isConflict(error) || (error instanceof DatabaseFault && error.state === deadlock)
      if (!isMendable || attempts >= attemptsMax) throw error
      await tx.burst([takeBack]).catch(() => {
        throw error
      })
    }
  }
}
