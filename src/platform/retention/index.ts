export { type AgingTable, dayNumber, uuidBound } from './aging-table.ts'
export { createRetention, type Retention } from './retention.ts'
export { unitsTable } from './units-table.ts'
