export { toAscii } from './to-ascii.ts'
