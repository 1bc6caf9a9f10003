import type { Uuid } from '#kernel'
import type { Queryable, Transaction } from '#platform/postgres'
import { caseIdOf } from './cases/unread-cases.ts'
import { inboxDays } from './inbox-store.ts'
import type { StatementOffer } from './rail-adapter.ts'

/**
 * A finished statement is read again when it is issued again within this time of its start. The inbox must still have
 * its events, also those that callbacks brought before: for a monthly statement, a month before.
 */
const issuedAgainDays = inboxDays / 2

export type StatementProgress = {
  readonly linesDone: number
  /** Undefined: from its beginning. */
  readonly position: string | undefined
  readonly problems: number
  readonly finished: boolean
}

/** The `count`th latest statement begun, or begun before `from`; undefined when there are fewer. */
export async function statementBack(
  on: Queryable,
  { rail, from, count }: { readonly rail: string; readonly from?: string; readonly count: number },
): Promise<string | undefined> {
  const [row] = await on.query<{ statement: string }>({
    text: `select statement from rails.statements
      where rail = $1 and ($2::text is null
        or begun_at < (select begun_at from rails.statements where rail = $1 and statement = $2))
      order by begun_at desc, statement desc offset $3 limit 1`,
    values: [rail, from ?? null, count - 1],
  })
  return row?.statement
}

export async function unreadOffers(
  on: Queryable,
  { rail, offers }: { readonly rail: string; readonly offers: readonly StatementOffer[] },
): Promise<StatementOffer[]> {
  const rows = await on.query<{ name: string; lines: bigint }>({
    text: `select offered.name, offered.lines
      from unnest($2::text[], $3::bigint[]) with ordinality as offered (name, lines, place)
      left join rails.statements known on known.rail = $1 and known.statement = offered.name
      where known.finished_at is null
        or (known.lines <> offered.lines and known.begun_at > clock_timestamp() - $4 * interval '1 day')
      order by offered.place`,
    values: [rail, offers.map(({ name }) => name), offers.map(({ lines }) => lines), issuedAgainDays],
  })
  return rows.map(({ name, lines }) => ({ name, lines: Number(lines) }))
}

/** The unfinished statement, none of `except`, that was not tried for the longest time. */
export async function longestUntried(
  on: Queryable,
  { rail, except }: { readonly rail: string; readonly except: readonly string[] },
): Promise<StatementOffer | undefined> {
  const [row] = await on.query<{ statement: string; lines: bigint }>({
    text: `select statement, lines from rails.statements
      where rail = $1 and finished_at is null and statement <> all($2::text[])
      order by tried_at nulls first, begun_at limit 1`,
    values: [rail, except],
  })
  return row && { name: row.statement, lines: Number(row.lines) }
}

export async function countUnfinished(on: Queryable): Promise<ReadonlyMap<string, number>> {
  const rows = await on.query<{ rail: string; unfinished: bigint }>({
    text: 'select rail, count(*) as unfinished from rails.statements where finished_at is null group by rail',
  })
  return new Map(rows.map(({ rail, unfinished }) => [rail, Number(unfinished)]))
}

/**
 * Returns how far the statement was read. With another number of lines it was issued again, and is read from its
 * beginning: stored events have no second effect. It stays finished when some of its events may have been deleted.
 */
export async function beginStatement(
  on: Queryable,
  { rail, statement, lines }: { readonly rail: string; readonly statement: string; readonly lines: number },
): Promise<StatementProgress> {
  await on.query({
    text: `insert into rails.statements as known (rail, statement, lines, case_id) values ($1, $2, $3, $5)
      on conflict (rail, statement) do update
      set lines = excluded.lines, lines_done = 0, position = null, problems = 0, finished_at = null
      where known.lines <> excluded.lines
        and (known.finished_at is null or known.begun_at > clock_timestamp() - $4 * interval '1 day')`,
    values: [rail, statement, lines, issuedAgainDays, caseIdOf({ rail, kind: 'statement', name: statement })],
  })
  const [row] = await on.query<{ lines_done: bigint; position: string | null; problems: bigint; finished: boolean }>({
    text: `update rails.statements set tried_at = clock_timestamp() where rail = $1 and statement = $2
      returning lines_done, position, problems, finished_at is not null as finished`,
    values: [rail, statement],
  })
  const [linesDone, problems] = [Number(row?.lines_done ?? 0), Number(row?.problems ?? 0)]
  // Older programs counted lines only.
  const position = row?.position ?? (linesDone > 0 ? String(linesDone) : undefined)
  return { linesDone, position, problems, finished: row?.finished ?? false }
}

/** False when another process has moved the cursor from `from`. */
export async function advanceStatement(
  tx: Transaction,
  step: {
    readonly rail: string
    readonly statement: string
    readonly from: number
    readonly to: number
    readonly position: string | undefined
    readonly problems: number
    readonly finished: boolean
  },
): Promise<boolean> {
  const rows = await tx.query({
    text: `update rails.statements set lines_done = $4, problems = problems + $5, position = $7,
        finished_at = case when $6 then clock_timestamp() end, refused = case when $6 then null else refused end
      where rail = $1 and statement = $2 and lines_done = $3 and finished_at is null returning rail`,
    values: [step.rail, step.statement, step.from, step.to, step.problems, step.finished, step.position ?? null],
  })
  return rows.length > 0
}

/** False when it was refused for the same reason before. */
export async function refuseStatement(
  tx: Transaction,
  { rail, statement, why }: { readonly rail: string; readonly statement: string; readonly why: string },
): Promise<boolean> {
  const rows = await tx.query({
    text: `update rails.statements set refused = $3
      where rail = $1 and statement = $2 and refused is distinct from $3 returning rail`,
    values: [rail, statement, why],
  })
  return rows.length > 0
}

export async function lockStatement(tx: Transaction, caseId: Uuid): Promise<void> {
  await tx.query({ text: 'select from rails.statements where case_id = $1 for update', values: [caseId] })
}

/** False when there is no such statement. Its stored events have no second effect. */
export async function restartStatement(tx: Transaction, caseId: Uuid): Promise<boolean> {
  const rows = await tx.query({
    text: `update rails.statements set lines_done = 0, position = null, problems = 0, finished_at = null
      where case_id = $1 returning rail`,
    values: [caseId],
  })
  return rows.length > 0
}
