-- transactional, not breaking

-- What needs a person. A subject (payment, capture, refund, payout, saga, or an event of a rail that
-- belongs to nothing known, and so to book 0) has at most one open row. "is_deciding": a decision was taken and has not been carried
-- out yet; until it has, no other one is taken. "evidence" is what a forced outcome rests on.
create table payments.stuck (
  id uuid not null primary key,
  book_id integer not null,
  subject_kind text not null check (subject_kind in ('payment', 'capture', 'refund', 'payout', 'saga', 'event')),
  subject_id uuid not null,
  reason text not null,
  detail text not null,
  since timestamptz not null default now(),
  owner text,
  is_deciding boolean not null default false,
  decision text,
  evidence text,
  resolved_at timestamptz,
  resolution text,
  check ((resolved_at is null) = (resolution is null)),
  check (resolved_at is null or not is_deciding)
);
create unique index stuck_open_by_subject on payments.stuck (subject_kind, subject_id) where resolved_at is null;
create index stuck_by_book on payments.stuck (book_id, id);
create index stuck_open on payments.stuck (book_id, id) where resolved_at is null;

-- What people did about it, in order. "actor" is the id of an API key.
create table payments.stuck_acts (
  id uuid not null primary key,
  stuck_id uuid not null references payments.stuck (id),
  actor uuid not null,
  action text not null,
  text text,
  at timestamptz not null default now()
);
create index stuck_acts_by_stuck on payments.stuck_acts (stuck_id, id);
