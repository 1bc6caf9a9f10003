import type { Queryable } from '../postgres/index.ts'

/**
 * A table that only ages: rows are added, and dropped by the day or month when they are old. It is
 * partitioned by a range of a key that grows with time, in partitions named `TABLE_YYYYMMDD` or
 * `TABLE_YYYYMM` after the period they hold. `TABLE_until_YYYYMMDD` holds everything up to that day from before
 * there were partitions, `TABLE_before_YYYYMMDD` what was written by then under keys of another kind, and
 * `TABLE_other`, the default partition, what no partition was made for in time.
 */
export type AgingTable = {
  /** With its schema: `platform.outbox`. */
  readonly name: string
  /** The column that it is partitioned by. */
  readonly key: string
  readonly period: 'day' | 'month'
  /** The lowest key of a period, given the moment in which the period begins, in milliseconds since 1970. */
  readonly bound: (startMs: number) => string
  /** For how long rows are kept; undefined: for ever. */
  readonly keepDays: number | undefined
  /** Keeps what has to be kept of a partition that is about to be dropped; false when it cannot be dropped yet. */
  readonly beforeDrop?: (tx: Queryable, partition: string) => Promise<boolean>
}

const dayMs = 86_400_000
/** How many periods have their partitions made ahead, beside the one that is. */
const aheadPeriods = { day: 3, month: 1 } as const

/** A partition to be made. */
export type Period = { readonly partition: string; readonly from: string; readonly to: string }

/** The periods that should have a partition of their own now, beside those there are. */
export function missingPeriods(table: AgingTable, partitions: readonly string[], nowMs: number): readonly Period[] {
  const covered = partitions.filter((name) => name.startsWith(`${table.name}_until_`))
  const coveredMs = Math.max(0, ...covered.map((name) => endOfPartition(table, name) ?? 0))
  return periodsAround(table, nowMs).filter(
    ({ partition }) => !partitions.includes(partition) && (endOfPartition(table, partition) ?? 0) > coveredMs,
  )
}

function periodsAround(table: AgingTable, nowMs: number): readonly Period[] {
  return Array.from({ length: aheadPeriods[table.period] + 1 }, (_, ahead) => {
    const start = startOfPeriod(table.period, nowMs, ahead)
    return {
      partition: `${table.name}_${digits(start, table.period)}`,
      from: table.bound(start),
      to: table.bound(startOfPeriod(table.period, start, 1)),
    }
  })
}

/** When the period of a partition ends, by its name; undefined for the default partition and for strangers. */
export function endOfPartition(table: AgingTable, partition: string): number | undefined {
  const found = /^_(until_|before_)?(\d{4})(\d{2})(\d{2})?$/.exec(partition.slice(table.name.length))
  if (found === null || !partition.startsWith(table.name)) return undefined
  const [, until, year, month, day] = found
  const start = Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1))
  return until === undefined ? startOfPeriod(day === undefined ? 'month' : 'day', start, 1) : start
}

/** Whether everything in a partition is older than rows are kept. */
export function isOver(table: AgingTable, endMs: number, nowMs: number): boolean {
  return table.keepDays !== undefined && endMs <= nowMs - table.keepDays * dayMs
}

/** How many days a clock must have shown before it is believed that what it says to be old is so. */
const settledDays = 3
const lookBackDays = 30

/**
 * Whether the clock has been where it is for a day at least, which the partitions by day tell: there are some of the days
 * before. A clock that is set far ahead makes all rows old at once, and what is dropped for that is gone when it is set right.
 */
export function isSettled(table: AgingTable, partitions: readonly string[], nowMs: number): boolean {
  const today = dayNumber(nowMs)
  const days = Array.from({ length: lookBackDays }, (_, ago) => `${table.name}_${digits((today - ago) * dayMs, 'day')}`)
  return days.filter((day) => partitions.includes(day)).length >= settledDays
}

/** The lowest UUIDv7 of a moment. */
export function uuidBound(ms: number): string {
  const time = ms.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`
}

/** The number of a day in UTC, counted from 1970. */
export function dayNumber(ms: number): number {
  return Math.floor(ms / dayMs)
}

function startOfPeriod(period: 'day' | 'month', ms: number, ahead: number): number {
  if (period === 'day') return (dayNumber(ms) + ahead) * dayMs
  const at = new Date(ms)
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1)
}

function digits(ms: number, period: 'day' | 'month'): string {
  return new Date(ms)
    .toISOString()
    .slice(0, period === 'day' ? 10 : 7)
    .replaceAll('-', '')
}
