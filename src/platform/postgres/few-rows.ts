/**
 * The rows of arrays that are given side by side, for a statement that finds other rows by them. The planner takes them for few
 * (a tenth of what it expects of an array), so that those are found one by one, by their keys. Otherwise a statement
 * that was planned while the table was small would go on to read all of it, however large it is by then.
 */
export function fewRows(arrays: string): string {
  const [first = ''] = arrays.split(',')
  return `(select * from unnest(${arrays}) limit cardinality(${first}))`
}
