import { type AgingTable, uuidBound } from './aging-table.ts'

/** A unit is asked after for a minute at most; a day is kept, and another for clocks that differ. */
const keepDays = 2

/** The rows by which units prove that they were committed. */
export const unitsTable: AgingTable = {
  name: 'platform.units',
  key: 'id',
  period: 'day',
  bound: uuidBound,
  keepDays,
}
