-- online, not breaking
create index concurrently if not exists cases_open_by_reason on cases.cases (book_id, reason, id) where resolved_at is null;
