-- online, not breaking
create index concurrently if not exists cases_open_by_owner on cases.cases (book_id, owner, id)
  where resolved_at is null and owner is not null;
