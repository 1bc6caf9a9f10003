/** What tells one server process from every other, also from a later one with the same process id. */
export type Backend = { readonly pid: number; readonly started: string }

/** How `started` is read of `pg_stat_activity`: the same in every session, whatever its time zone and style of dates. */
export const startedText = 'extract(epoch from backend_start)::text'
