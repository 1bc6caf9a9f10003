/** `limit` makes the planner expect few rows: a plan made on a small table would otherwise later read all of it. */
export function fewRows(arrays: string): string {
  const [first = ''] = arrays.split(',')
  return `(select * from unnest(${arrays}) limit cardinality(${first}))`
}
