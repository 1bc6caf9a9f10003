import { type AgingTable, uuidBound } from './aging-table.ts'

/** A unit's row is looked up for at most a minute. It is kept for a day, and another day for clocks that differ. */
const keepDays = 2

/** The rows that prove that a unit committed. */
export const unitsTable: AgingTable = {
  name: 'platform.units',
  key: 'id',
  period: 'day',
  bound: uuidBound,
  keepDays,
}
