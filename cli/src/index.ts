export { type RunOptions, run } from './run.ts'
export { type Column, formatTable, type Output, type TableLayout, type Terminal } from './terminal.ts'
