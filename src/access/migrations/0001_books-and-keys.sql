-- transactional, not breaking

-- A book: an isolated set of accounts. "number" is its key in every table of the program.
create table access.books (
  number integer generated always as identity primary key,
  id uuid not null unique,
  code text not null unique,
  name text,
  created_at timestamptz not null default now()
);

-- API keys. The text of a key is shown once and never stored; "hash" is its SHA-256. A key is 256
-- random bits, so a plain hash cannot be reversed by guessing.
create table access.api_keys (
  id uuid not null primary key,
  hash bytea not null unique,
  book_id integer not null references access.books (number),
  scope text not null check (scope in ('read', 'write', 'admin')),
  name text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  -- Written about once a minute.
  last_used_at timestamptz
);
create index api_keys_by_book on access.api_keys (book_id, id);

-- Administrative acts, only ever appended. Each row's hash covers its content and the hash before it, so
-- that a row changed, removed or put in later shows. "actor" is a key's id; null: the program itself.
create table access.audit_log (
  number bigint not null primary key,
  recorded_at timestamptz not null,
  actor uuid,
  action text not null,
  subject text not null,
  details text not null,
  hash bytea not null
);
