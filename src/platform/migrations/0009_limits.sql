-- transactional, not breaking
-- Limits of clients and books, for all routes or one. "operation" is empty for all routes. Without "requests" there is no
-- limit of the rate, without "concurrency" none of the requests at once.
create table platform.limits (
  id uuid not null primary key,
  subject_kind text not null check (subject_kind in ('key', 'client', 'book')),
  subject uuid not null,
  operation text not null,
  requests integer check (requests > 0),
  window_seconds integer check (window_seconds > 0),
  burst integer check (burst > 0),
  concurrency integer check (concurrency > 0),
  changed_at timestamptz not null default clock_timestamp(),
  constraint limits_by_subject unique (subject_kind, subject, operation),
  check (requests is not null or concurrency is not null),
  check ((requests is null) = (window_seconds is null) and (requests is null) = (burst is null))
);

-- What is left of each limit. These rows are in no log: after a crash of the server, every limit is full again.
create unlogged table platform.limit_buckets (
  bucket text not null primary key,
  tokens double precision not null,
  at timestamptz not null default clock_timestamp()
);

-- How many requests at once a process may have under a limit, until when.
create unlogged table platform.limit_slots (
  bucket text not null,
  process uuid not null,
  slots integer not null,
  until timestamptz not null,
  primary key (bucket, process)
);

create unlogged table platform.limit_processes (
  id uuid not null primary key,
  seen_at timestamptz not null default clock_timestamp()
);
