import { verifyLedger } from '#ledger'
import { orderChecks } from '#orders'
import { paymentChecks } from '#payments'
import type { Database } from '#platform/postgres'

/** The findings of the verifications of the ledger, payments and orders; empty when the books are in order. */
export async function verifyAll(database: Database): Promise<string[]> {
  const { checks } = await verifyLedger(database)
  const added = [...paymentChecks(database), ...orderChecks(database)]
  const others = await Promise.all(added.map(({ run }) => run()))
  return [...checks, ...others].flatMap(({ findings }) => findings.map(String))
}
