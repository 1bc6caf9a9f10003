-- online, not breaking
create index concurrently if not exists cases_open_by_due_time on cases.cases (book_id, due_at) where resolved_at is null;
