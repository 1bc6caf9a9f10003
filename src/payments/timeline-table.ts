import { type AgingTable, uuidBound } from '#platform/retention'

/** The timeline steps as an aging table, partitioned by the month of the payment's or payout's id. */
export function timelineTable(keepDays: number | undefined): AgingTable {
  return { name: 'payments.steps', key: 'root_id', period: 'month', bound: uuidBound, keepDays }
}
