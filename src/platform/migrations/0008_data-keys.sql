-- transactional, not breaking
-- Keys that seal fields, each wrapped by a key outside the database. "used_from": no process seals with it before, so that
-- all have read it by then. Of purpose "index" there is one: equal texts keep equal hashes.
create table platform.data_keys (
  number integer not null primary key,
  purpose text not null check (purpose in ('fields', 'index')),
  wrapped text not null,
  wrapped_by text not null,
  created_at timestamptz not null default now(),
  used_from timestamptz not null
);

-- How far the rows of a table are sealed with a data key. "after": the last row that was looked at, null before the first
-- and after the last. "passes": how often all rows were looked at.
create table platform.sealed_tables (
  name text not null primary key,
  data_key integer not null references platform.data_keys,
  after text,
  looked_at bigint not null,
  sealed bigint not null,
  sealed_in_pass bigint not null,
  passes integer not null,
  passed_at timestamptz
);
