// Claims a number for a run of the checkout that is named by the argument, tells its parent, and keeps it.
import { claimRun } from '../claimed-run.ts'

const claimed = await claimRun(process.argv[2] ?? '', { first: 1, last: 1 })
process.send?.(claimed?.run)
// Keeps the process as long as its parent is there.
process.on('message', () => undefined)
