import { type Database, fromMicros, micros } from '#platform/postgres'

export type VendorCeilings = {
  /** Undefined: no ceiling of its own. */
  readonly of: (tenant: number) => number | undefined
  /** Reads at most two slices. False when more are known to be left. */
  readonly read: () => Promise<boolean>
}

const sliceMaxDefault = 2_000
/** A change is visible within this time after it got its time. */
const overlapMicros = 10_000_000
const least = 1

/**
 * The ceilings of all vendors, however many: first all of them, slice by slice, and then what has changed, with another
 * slice of all in case a change was missed. A vendor that has not been read yet has the least possible ceiling.
 */
export function createVendorCeilings(
  database: Pick<Database, 'query' | 'onNewEpoch'>,
  sliceMax = sliceMaxDefault,
): VendorCeilings {
  const known = new Map<number, number>()
  let from: { readonly at: number; readonly number: number } | undefined
  let readTo = 0
  let isRead = false
  database.onNewEpoch(() => {
    known.clear()
    from = undefined
    readTo = 0
    isRead = false
  })

  const note = (rows: readonly Row[]) => {
    for (const { number, in_flight_max: ceiling } of rows) {
      if (ceiling === null) known.delete(number)
      else known.set(number, ceiling)
    }
  }
  const readChanges = async (): Promise<boolean> => {
    const rows = await database.query<Clock & (Changed | Record<keyof Changed, null>)>({
      name: 'lanes-read-changed-ceilings',
      text: `select clock.now, changed.number, changed.in_flight_max, changed.at
        from (select ${micros('clock_timestamp()')} as now) clock left join lateral (
          select number, in_flight_max, ${micros('updated_at')} as at from lanes.vendors
          where (updated_at, number) > (${fromMicros('coalesce($1::float8, clock.now)')}, $2)
          order by updated_at, number limit $3
        ) changed on true`,
      values: [from?.at ?? null, from?.number ?? 0, sliceMax],
    })
    const changed = rows.filter((row): row is Clock & Changed => row.number !== null)
    note(changed)
    const last = changed.at(-1)
    const isAll = changed.length < sliceMax || last === undefined
    from = isAll
      ? { at: Number(rows[0]?.now ?? 0) - overlapMicros, number: 0 }
      : { at: Number(last.at), number: last.number }
    return isAll
  }
  const readSlice = async (): Promise<void> => {
    const rows = await database.query<Row>({
      name: 'lanes-read-ceilings',
      text: 'select number, in_flight_max from lanes.vendors where number > $1 order by number limit $2',
      values: [readTo, sliceMax],
    })
    note(rows)
    isRead ||= rows.length < sliceMax
    readTo = rows.length < sliceMax ? 0 : (rows.at(-1)?.number ?? 0)
  }
  return {
    of: (tenant) => known.get(tenant) ?? (isRead || tenant <= readTo ? undefined : least),
    read: async () => {
      const isAll = await readChanges()
      await readSlice()
      return isAll && isRead
    },
  }
}

type Row = { readonly number: number; readonly in_flight_max: number | null }
type Clock = { readonly now: bigint }
type Changed = Row & { readonly at: bigint }
