import type { Queryable } from '../postgres/index.ts'

/**
 * A table whose rows are dropped by day or month when they are old. It is partitioned by a key that grows with time:
 * - `TABLE_YYYYMMDD` or `TABLE_YYYYMM` hold that period. Both kinds exist for a while after a change of the retention.
 * - `TABLE_until_YYYYMMDD` holds everything up to that day from before there were partitions.
 * - `TABLE_before_YYYYMMDD` holds rows that were written by then under another kind of key.
 * - `TABLE_other`, the default partition, holds rows for which no partition was created in time.
 */
export type AgingTable = {
  readonly name: string
  readonly key: string
  readonly period: 'day' | 'month'
  /** The lowest key of a period that begins at `startMs`, in milliseconds since 1970. */
  readonly bound: (startMs: number) => string
  /** Undefined: forever. */
  readonly keepDays: number | undefined
  /** Saves data of a partition before it is dropped. Returns false when it cannot be dropped yet. */
  readonly beforeDrop?: (tx: Queryable, partition: string) => Promise<boolean>
}

const dayMs = 86_400_000
const aheadPeriods = { day: 3, month: 1 } as const

export type Period = { readonly partition: string; readonly from: string; readonly to: string }

/** A month that already has daily partitions, from a time with a shorter retention, gets daily ones to its end. */
export function missingPeriods(table: AgingTable, partitions: readonly string[], nowMs: number): readonly Period[] {
  const taken = partitions.flatMap((name) => spanOf(table, name) ?? [])
  const isFree = ({ start, end }: Span) => taken.every((one) => one.end <= start || end <= one.start)
  const days = spansAhead('day', nowMs)
  const wanted = spansAhead(table.period, nowMs).flatMap((span) =>
    table.period === 'day' || isFree(span)
      ? [span]
      : days.filter((day) => span.start <= day.start && day.end <= span.end),
  )
  return wanted.filter(isFree).map(({ period, start, end }) => ({
    partition: `${table.name}_${digits(start, period)}`,
    from: table.bound(start),
    to: table.bound(end),
  }))
}

/** In milliseconds since 1970. */
type Span = { readonly start: number; readonly end: number }

function spansAhead(period: 'day' | 'month', nowMs: number) {
  return Array.from({ length: aheadPeriods[period] + 1 }, (_, ahead) => {
    const start = startOfPeriod(period, { ms: nowMs, ahead })
    return { period, start, end: startOfPeriod(period, { ms: start, ahead: 1 }) }
  })
}

/** Undefined for the default partition and for `before` partitions, whose period is unknown. */
function spanOf(table: AgingTable, partition: string): Span | undefined {
  const end = endOfPartition(table, partition)
  if (end === undefined || partition.startsWith(`${table.name}_before_`)) return undefined
  if (partition.startsWith(`${table.name}_until_`)) return { start: Number.NEGATIVE_INFINITY, end }
  const isMonth = partition.length === `${table.name}_YYYYMM`.length
  return { start: startOfPeriod(isMonth ? 'month' : 'day', { ms: end - 1 }), end }
}

/** Parses the name. Undefined for the default partition and for unknown names. */
export function endOfPartition(table: AgingTable, partition: string): number | undefined {
  const found = /^_(until_|before_)?(\d{4})(\d{2})(\d{2})?$/.exec(partition.slice(table.name.length))
  if (found === null || !partition.startsWith(table.name)) return undefined
  const [, until, year, month, day] = found
  const start = Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1))
  return until === undefined ? startOfPeriod(day === undefined ? 'month' : 'day', { ms: start, ahead: 1 }) : start
}

export function isOver(
  table: AgingTable,
  { endMs, nowMs }: { readonly endMs: number; readonly nowMs: number },
): boolean {
  return table.keepDays !== undefined && endMs <= nowMs - table.keepDays * dayMs
}

const settledDays = 3
const lookBackDays = 30

/** A clock set far ahead makes all rows old at once. So some of the last days must already have their partitions. */
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

function startOfPeriod(
  period: 'day' | 'month',
  { ms, ahead = 0 }: { readonly ms: number; readonly ahead?: number },
): number {
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
