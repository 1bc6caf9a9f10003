-- transactional, not breaking

-- Programs that get access tokens. Of a secret, only its SHA-256 is stored: it is 256 random bits.
create table access.oauth_clients (
  id uuid not null primary key,
  book_id integer not null references access.books (number),
  name text not null,
  permissions text[] not null,
  proof text not null check (proof in ('secret', 'keys', 'certificate')),
  secret_hash bytea,
  -- The secret before the last rotation, and until when it is accepted.
  previous_hash bytea,
  previous_until timestamptz,
  -- Public keys, as a JWK set.
  jwks text,
  -- A DNS name in the client's certificate.
  dns_name text,
  -- Rises when the client loses a permission: tokens of an earlier generation are refused.
  generation integer not null default 1,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  -- Written about once a minute.
  last_used_at timestamptz,
  check (
    (proof = 'secret') = (secret_hash is not null) and (proof = 'keys') = (jwks is not null)
    and (proof = 'certificate') = (dns_name is not null)
  )
);
create index oauth_clients_by_book on access.oauth_clients (book_id, id);

-- Keys that sign tokens. "sealed" is the private one, encrypted; "public" is published. There is one current key and
-- a next one, which every process knows before it signs. Retired keys verify tokens until these have expired.
create table access.oauth_signing_keys (
  kid text not null primary key,
  state text not null check (state in ('next', 'current', 'retired')),
  public text not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  check ((state = 'retired') = (retired_at is not null))
);
create unique index oauth_signing_keys_in_use on access.oauth_signing_keys (state) where state <> 'retired';

-- What the token endpoint keeps until it expires, such as the ids of assertions that were used.
create table access.oauth_records (
  kind text not null,
  id text not null,
  payload text not null,
  expires_at timestamptz not null,
  primary key (kind, id)
);
create index oauth_records_by_end on access.oauth_records (expires_at);
