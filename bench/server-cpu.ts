import { readFileSync } from 'node:fs'
import type { Database } from '#platform/postgres'

/** The unit of /proc/PID/stat on Linux. */
const ticksPerSecond = 100

/** Used so far; 0 where there is no /proc. */
export async function serverCpuSeconds(database: Database): Promise<number> {
  const rows = await database.query<{ pid: number }>({ text: 'select pid from pg_stat_activity' })
  let ticks = 0
  for (const { pid } of rows) {
    try {
      // The fields after the command's closing bracket start with the third; user and system time are 14 and 15.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // The process has ended meanwhile, or the system has no /proc.
    }
  }
  return ticks / ticksPerSecond
}
