import { readdirSync, readFileSync } from 'node:fs'
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

type ProcessTime = { readonly id: number; readonly parent: number; readonly name: string; readonly seconds: number }

/** Used so far by this process, and by those that it or its children have started, with those that have ended. */
export function cpuSeconds(): Record<'self' | 'munim' | 'postgres' | 'java', number> {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readTime(name) ?? []) : []))
  const own = new Set([process.pid])
  for (let known = 0; known < own.size; ) {
    known = own.size
    for (const { id, parent } of all) if (own.has(parent)) own.add(id)
  }
  const started = all.filter(({ id }) => own.has(id) && id !== process.pid)
  const of = (isMeant: (name: string) => boolean) =>
    started.reduce((sum, one) => sum + (isMeant(one.name) ? one.seconds : 0), 0)
  const { user, system } = process.cpuUsage()
  return {
    self: (user + system) / 1e6,
    munim: of((name) => name !== 'postgres' && name !== 'java'),
    postgres: of((name) => name === 'postgres'),
    java: of((name) => name === 'java'),
  }
}

function readTime(process: string): ProcessTime | undefined {
  try {
    const [head = '', tail = ''] = readFileSync(`/proc/${process}/stat`, 'utf8').split(') ')
    const fields = tail.split(' ').map(Number)
    // User and system time, of itself and of children that have ended.
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0)
    const parent = fields[1] ?? 0
    return { id: Number(process), parent, name: head.split('(')[1] ?? '', seconds: ticks / ticksPerSecond }
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}
