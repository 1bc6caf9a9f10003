/**
 * The rows of parallel arrays, for a statement that joins them with a table. The planner expects few of them: a tenth
 * of its estimate for an array. So it looks up the table's rows one by one, by their keys. Otherwise a statement that
 * was planned while the table was small would later read all of it, however large it is.
 */
export function fewRows(arrays: string): string {
  const [first = ''] = arrays.split(',')
  return `(select * from unnest(${arrays}) limit cardinality(${first}))`
}
