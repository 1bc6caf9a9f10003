-- online, not breaking
-- The metrics count the open cases. The index begins with "since", so no statement about a queue walks it.
create index concurrently if not exists cases_open_counts on cases.cases (since, queue, reason) where resolved_at is null;
