-- transactional, not breaking

-- People with accounts of this installation. "book_id" null: a person of all books.
create table access.people (
  id uuid not null primary key,
  -- An email address or a name, in lower case.
  login text not null unique,
  name text not null,
  book_id integer references access.books (number),
  role text not null,
  -- Argon2id, in the form of PHC strings. Null until the invitation was accepted.
  password text,
  -- The secret of one-time codes (RFC 6238), sealed, and the last step of which a code was accepted.
  totp_sealed bytea,
  totp_step bigint,
  -- Of an invitation or a reset: the SHA-256 of its code, and the secret that it shows.
  setup_hash bytea,
  setup_until timestamptz,
  setup_sealed bytea,
  -- Rises when everything that the person has must end: sessions of an earlier generation are over.
  generation integer not null default 1,
  created_at timestamptz not null default now(),
  last_login_at timestamptz,
  disabled_at timestamptz,
  check ((password is null) = (totp_sealed is null)),
  check ((setup_hash is null) = (setup_until is null))
);
create unique index people_by_setup on access.people (setup_hash) where setup_hash is not null;
create index people_by_book on access.people (book_id, id);

-- SHA-256 of the codes that stand for a lost device. A used one is deleted.
create table access.recovery_codes (
  person_id uuid not null references access.people (id),
  hash bytea not null,
  primary key (person_id, hash)
);

-- Failed logins by name and by address, both as SHA-256, whether or not there is such a person.
create table access.login_failures (
  subject bytea not null primary key,
  failures integer not null,
  paused_until timestamptz,
  changed_at timestamptz not null
);
create index login_failures_by_time on access.login_failures (changed_at);
