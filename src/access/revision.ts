/**
 * SQL: the next `revision` of a row. It is a time too, so that of two changes that do not know of each other, made on two
 * servers, the later one counts.
 */
export const raiseRevision =
  'revision = greatest(revision + 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint)'
