import { verifyLedger } from '#ledger'
import { paymentChecks } from '#payments'
import type { Database } from '#platform/postgres'

/** The findings of the ledger's and payments' verifications; empty when the books are in order. */
export async function verifyAll(database: Database): Promise<string[]> {
  const { checks } = await verifyLedger(database)
  const ofPayments = await Promise.all(paymentChecks(database).map(({ run }) => run()))
  return [...checks, ...ofPayments].flatMap(({ findings }) => findings.map(String))
}
