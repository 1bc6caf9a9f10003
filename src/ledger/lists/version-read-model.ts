import { instant, type Queryable } from '#platform/postgres'

/** Versions are dense (1, 2, 3, …). Times and positions never decrease along them, so a binary search works. */
const search = (condition: string) => `
  with recursive search(place, account, bound, low, high) as (
    select w.place, w.account, w.bound, 0::bigint, coalesce((
      select e.version from ledger.entries e where e.account = w.account order by e.version desc limit 1
    ), 0)
    from unnest($1::bigint[], $2::bigint[]) with ordinality w(account, bound, place)
    union all
    select s.place, s.account, s.bound,
      case when e.within then s.middle else s.low end,
      case when e.within then s.high else s.middle - 1 end
    from (
      select place, account, bound, low, high, (low + high + 1) / 2 as middle from search where low < high
    ) s
    cross join lateral (
      select ${condition} as within from ledger.entries e
      where e.account = s.account and e.version = s.middle offset 0
    ) e
  )
  select place, low as version from search where low = high`

const byTime = search(`e.recorded_at <= ${instant('s.bound')}`)
const byPosition = search('e.position < s.bound')

type Probe = { readonly account: number; readonly bound: number }

/** The last version of each probe recorded at or before the time; 0 when there is none. */
export async function versionsAtTime(database: Queryable, probes: readonly Probe[]): Promise<number[]> {
  return await runSearch(database, { name: 'ledger-read-versions-by-time', text: byTime }, probes)
}

/** The last version of each probe below the position; 0 when there is none. */
export async function versionsBelowPosition(database: Queryable, probes: readonly Probe[]): Promise<number[]> {
  return await runSearch(database, { name: 'ledger-read-versions-by-position', text: byPosition }, probes)
}

async function runSearch(
  database: Queryable,
  { name, text }: { readonly name: string; readonly text: string },
  probes: readonly Probe[],
): Promise<number[]> {
  if (probes.length === 0) return []
  const rows = await database.query<{ place: bigint; version: bigint }>({
    name,
    text,
    values: [probes.map((probe) => probe.account), probes.map((probe) => probe.bound)],
  })
  const versions = probes.map(() => 0)
  for (const row of rows) versions[Number(row.place) - 1] = Number(row.version)
  return versions
}

export async function latestVersion(database: Queryable, account: number): Promise<number> {
  const rows = await database.query<{ version: bigint }>({
    name: 'ledger-read-latest-version',
    text: 'select e.version from ledger.entries e where e.account = $1 order by e.version desc limit 1',
    values: [account],
  })
  return Number(rows[0]?.version ?? 0n)
}
