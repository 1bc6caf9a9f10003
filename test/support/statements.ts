import type { Queryable, Statement, Transaction } from '#platform/postgres'

/** The statements that `work` sends. They are not run, and return no rows. */
export async function statementsOf(work: (tx: Transaction) => Promise<unknown>): Promise<readonly Statement[]> {
  const sent: Statement[] = []
  await work({
    query: async (statement) => {
      sent.push(statement)
      return []
    },
    burst: async (steps) => {
      sent.push(...steps)
      return steps.map(() => ({ rows: [], tag: '' }))
    },
  })
  return sent
}

export async function planOf(on: Queryable, { text, values = [] }: Statement): Promise<string> {
  const rows = await on.query<{ 'QUERY PLAN': string }>({ text: `explain ${text}`, values })
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}

/** Runs the statement. The number of pages of tables and indexes that it reads. */
export async function pagesRead(on: Queryable, { text, values = [] }: Statement): Promise<number> {
  const rows = await on.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>({
    text: `explain (analyze, buffers, format json) ${text}`,
    values,
  })
  const plan = rows[0]?.['QUERY PLAN'][0].Plan
  return (plan?.['Shared Hit Blocks'] ?? Number.NaN) + (plan?.['Shared Read Blocks'] ?? Number.NaN)
}
