-- online, not breaking
-- The metrics count the open cases and find the oldest.
create index concurrently if not exists cases_open_counts on cases.cases (queue, reason, since) where resolved_at is null;
