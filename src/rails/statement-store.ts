import type { Queryable, Transaction } from '#platform/postgres'

export type StatementProgress = {
  readonly linesDone: number
  /** The lines so far that could not be read. */
  readonly problems: number
  readonly finished: boolean
}

/** The latest `count` finished statements of a rail with their numbers of lines, latest first. */
export async function finishedStatements(
  on: Queryable,
  { rail, count }: { readonly rail: string; readonly count: number },
): Promise<readonly { readonly name: string; readonly lines: number }[]> {
  const rows = await on.query<{ statement: string; lines: bigint }>({
    text: `select statement, lines from rails.statements where rail = $1 and finished_at is not null
      order by finished_at desc, statement desc limit $2`,
    values: [rail, count],
  })
  return rows.map(({ statement, lines }) => ({ name: statement, lines: Number(lines) }))
}

/**
 * Inserts the statement's row if it is missing, and returns how far it was read. A statement with another number of
 * lines than before was issued again, and is read from its beginning: events that are stored already have no second
 * effect.
 */
export async function beginStatement(
  on: Queryable,
  { rail, statement, lines }: { readonly rail: string; readonly statement: string; readonly lines: number },
): Promise<StatementProgress> {
  await on.query({
    text: `insert into rails.statements as known (rail, statement, lines) values ($1, $2, $3)
      on conflict (rail, statement) do update
      set lines = excluded.lines, lines_done = 0, problems = 0, finished_at = null
      where known.lines <> excluded.lines`,
    values: [rail, statement, lines],
  })
  const [row] = await on.query<{ lines_done: bigint; problems: bigint; finished: boolean }>({
    text: `select lines_done, problems, finished_at is not null as finished from rails.statements
      where rail = $1 and statement = $2`,
    values: [rail, statement],
  })
  const [linesDone, problems] = [Number(row?.lines_done ?? 0), Number(row?.problems ?? 0)]
  return { linesDone, problems, finished: row?.finished ?? false }
}

/** Moves the cursor from the position that the caller expects; false when another process has moved it. */
export async function advanceStatement(
  tx: Transaction,
  step: {
    readonly rail: string
    readonly statement: string
    readonly from: number
    readonly to: number
    readonly problems: number
    readonly finished: boolean
  },
): Promise<boolean> {
  const rows = await tx.query({
    text: `update rails.statements set lines_done = $4, problems = problems + $5,
        finished_at = case when $6 then clock_timestamp() end
      where rail = $1 and statement = $2 and lines_done = $3 and finished_at is null returning rail`,
    values: [step.rail, step.statement, step.from, step.to, step.problems, step.finished],
  })
  return rows.length > 0
}
