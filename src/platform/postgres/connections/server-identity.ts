/**
 * An SQL expression that identifies a server and its current run. It changes with a start, a promotion, and the crash
 * of one of its processes, after which the server resets its statistics. It also tells a database from another one that
 * took its name, such as a dump restored beside it. It is the same in every session, in any time zone.
 */
export const identityText = `concat_ws(' ',
  (select system_identifier from pg_control_system()),
  (select timeline_id from pg_control_checkpoint()),
  extract(epoch from pg_postmaster_start_time()),
  (select extract(epoch from stats_reset) from pg_stat_bgwriter),
  (select oid from pg_database where datname = current_database()))`
