-- transactional, not breaking

-- One for each login. It is in force while it has the generations of its person and of its client.
create table access.person_sessions (
  id uuid not null primary key,
  person_id uuid not null references access.people (id),
  generation integer not null,
  -- Null: the command line.
  client_id uuid references access.oauth_clients (id),
  client_generation integer,
  book_id integer not null references access.books (number),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  check ((client_id is null) = (client_generation is null))
);
create index person_sessions_by_person on access.person_sessions (person_id, id);
create index person_sessions_by_end on access.person_sessions (expires_at);

-- Codes and refresh tokens of a login have its id. "consumed_at": one that is shown again ends the login.
alter table access.oauth_records
  add column grant_id text,
  add column consumed_at timestamptz;
create index oauth_records_by_grant on access.oauth_records (grant_id) where grant_id is not null;

-- Where a client may have people sent back to after they logged in. A public client has no proof: it is a program on
-- the machines of people. Programs that do not know it take it for one with no keys, which proves nothing.
alter table access.oauth_clients
  add column redirect_uris text[] not null default '{}',
  drop constraint oauth_clients_proof_check,
  add constraint oauth_clients_proof_check check (proof in ('secret', 'keys', 'certificate', 'public'));
