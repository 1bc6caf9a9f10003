import { verifyLedger } from '#ledger'
import { orderChecks } from '#orders'
import { paymentChecks } from '#payments'
import type { Database } from '#platform/postgres'
import { eventDeviations } from './event-schemas.ts'

/** The findings of the verifications of the ledger, payments and orders, and events that deviate from their schemas. */
export async function verifyAll(database: Database): Promise<string[]> {
  const { checks } = await verifyLedger(database)
  const added = [...paymentChecks(database), ...orderChecks(database)]
  const others = await Promise.all(added.map(({ run }) => run()))
  const findings = [...checks, ...others].flatMap((check) => check.findings.map(String))
  return [...findings, ...(await eventDeviations(database))]
}
