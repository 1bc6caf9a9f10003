/**
 * SQL that identifies a server and its run, in every session. It changes with a start, a promotion, and a crash of a
 * process, which resets the statistics. A database that took another's name differs, too.
 */
export const identityText = `concat_ws(' ',
  (select system_identifier from pg_control_system()),
  (select timeline_id from pg_control_checkpoint()),
  extract(epoch from pg_postmaster_start_time()),
  (select extract(epoch from stats_reset) from pg_stat_bgwriter),
  (select oid from pg_database where datname = current_database()))`
