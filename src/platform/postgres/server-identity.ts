/**
 * An expression of SQL for what tells a server apart from every other, and from itself before a start, a promotion or
 * the crash of one of its processes, after which it resets its statistics; and a database from one that has taken
 * its name, as a dump does that is restored beside it. It is the same in every session, whatever its time zone.
 */
export const identityText = `concat_ws(' ',
  (select system_identifier from pg_control_system()),
  (select timeline_id from pg_control_checkpoint()),
  extract(epoch from pg_postmaster_start_time()),
  (select extract(epoch from stats_reset) from pg_stat_bgwriter),
  (select oid from pg_database where datname = current_database()))`
