import { BoundedCache } from '#kernel'
import type { Database, Queryable } from '#platform/postgres'

/** Sums of amounts without a sign, in minor units. */
export type Turnover = { readonly totalIn: bigint; readonly totalOut: bigint }

/**
 * Sums entries with versions above `above` up to `upTo`. Entries never change, so sums over whole stretches of versions
 * are cached. The first request over a long stretch takes about a microsecond per entry. The cache belongs to an epoch:
 * another server may have other entries under the same versions.
 */
export type TurnoverReader = (
  database: Pick<Database, 'query' | 'epoch'>,
  range: { readonly account: number; readonly above: number; readonly upTo: number },
) => Promise<Turnover>

const versionsPerStretch = 1024
/** Keeps each statement well below the statement timeout. */
const stretchesPerStatement = 256
/** Per generation; the cache has two. A sum takes about 100 bytes. */
const stretchesMax = 100_000

export function createTurnoverReader(): TurnoverReader {
  const remembered = new BoundedCache<string, Turnover>(stretchesMax)

  const wholeStretches: TurnoverReader = async (database, { account, above: from, upTo: to }) => {
    // Read before the request: sums that an old server still returns are not used later.
    const epoch = database.epoch()
    const nameOf = (stretch: number) => `${epoch} ${account} ${stretch}`
    let total: Turnover = { totalIn: 0n, totalOut: 0n }
    for (let stretch = from; stretch < to; ) {
      const known = remembered.get(nameOf(stretch))
      if (known !== undefined) {
        total = add(total, known)
        stretch += 1
        continue
      }
      let end = stretch + 1
      const last = Math.min(to, stretch + stretchesPerStatement)
      while (end < last && remembered.get(nameOf(end)) === undefined) end += 1
      for (const sum of await sumStretches(database, { account, from: stretch, to: end })) {
        remembered.set(nameOf(sum.stretch), sum.turnover)
        total = add(total, sum.turnover)
      }
      stretch = end
    }
    return total
  }

  return async (database, { account, above, upTo }) => {
    // Stretch n has the versions from n * versionsPerStretch + 1 to (n + 1) * versionsPerStretch.
    const first = Math.ceil(above / versionsPerStretch)
    const end = Math.floor(upTo / versionsPerStretch)
    if (end <= first) return await sumVersions(database, { account, above, upTo })
    return add(
      add(
        await sumVersions(database, { account, above, upTo: first * versionsPerStretch }),
        await wholeStretches(database, { account, above: first, upTo: end }),
      ),
      await sumVersions(database, { account, above: end * versionsPerStretch, upTo }),
    )
  }
}

function add(one: Turnover, other: Turnover): Turnover {
  return { totalIn: one.totalIn + other.totalIn, totalOut: one.totalOut + other.totalOut }
}

const sums = `coalesce(sum(e.posted_delta) filter (where e.posted_delta > 0), 0)::text as total_in,
  coalesce(-sum(e.posted_delta) filter (where e.posted_delta < 0), 0)::text as total_out`

async function sumVersions(
  database: Queryable,
  { account, above, upTo }: { readonly account: number; readonly above: number; readonly upTo: number },
): Promise<Turnover> {
  if (upTo <= above) return { totalIn: 0n, totalOut: 0n }
  const [row] = await database.query<{ total_in: string; total_out: string }>({
    name: 'ledger-read-turnover-of-versions',
    text: `select ${sums} from ledger.entries e where e.account = $1 and e.version > $2 and e.version <= $3`,
    values: [account, above, upTo],
  })
  return toTurnover(row ?? { total_in: '0', total_out: '0' })
}

async function sumStretches(
  database: Queryable,
  { account, from, to }: { readonly account: number; readonly from: number; readonly to: number },
) {
  const rows = await database.query<{ stretch: bigint; total_in: string; total_out: string }>({
    name: 'ledger-read-turnover-of-stretches',
    text: `select w.stretch, e.total_in, e.total_out
           from generate_series($2::bigint, $3::bigint - 1) w(stretch)
           cross join lateral (
             select ${sums} from ledger.entries e
             where e.account = $1 and e.version > w.stretch * ${versionsPerStretch}
               and e.version <= (w.stretch + 1) * ${versionsPerStretch}
           ) e`,
    values: [account, from, to],
  })
  return rows.map((row) => ({ stretch: Number(row.stretch), turnover: toTurnover(row) }))
}

function toTurnover(row: { total_in: string; total_out: string }): Turnover {
  return { totalIn: BigInt(row.total_in), totalOut: BigInt(row.total_out) }
}
