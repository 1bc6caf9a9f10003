-- transactional, not breaking
-- Which permissions of a book need a second person. No row: none.
create table access.approval_rules (
  book_id integer primary key references access.books (number),
  permissions text[] not null check (cardinality(permissions) > 0),
  lapse_hours integer not null check (lapse_hours between 1 and 720)
);

-- A call that waits for a second person. It is made again, as it was, once that person has approved it.
create table access.approvals (
  id uuid primary key,
  book_id integer not null references access.books (number),
  operation text not null,
  method text not null,
  path text not null,
  body text not null,
  asker uuid not null,
  asker_kind text not null,
  asker_name text not null,
  -- The asker may act in any book: so must whoever approves.
  of_any_book boolean not null,
  asked_at timestamptz not null default now(),
  lapses_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'approved', 'rejected', 'withdrawn', 'done')),
  decided_by uuid,
  decided_name text,
  decided_at timestamptz,
  check ((decided_by is null) = (state in ('open', 'withdrawn')))
);
create index approvals_book on access.approvals (book_id, id desc);
create index approvals_asker on access.approvals (asker) where state = 'open';
