export { type RunOptions, run } from './run.ts'
export type { Terminal } from './terminal.ts'
