import { type AgingTable, uuidBound } from '#platform/retention'

/** The timeline steps as an aging table, by the month in which the payment or payout was made. */
export function timelineTable(keepDays: number | undefined): AgingTable {
  return { name: 'payments.steps', key: 'root_id', period: 'month', bound: uuidBound, keepDays }
}
