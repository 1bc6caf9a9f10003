-- transactional, not breaking
-- What was sent to a bank with an answer to a dispute: texts, and files as their bytes. Written once.
create table payments.dispute_evidence (
  dispute_id uuid not null,
  answer_id uuid not null,
  ordinal integer not null,
  book_id integer not null,
  created_at timestamptz not null default clock_timestamp(),
  name text,
  media_type text not null,
  bytes bytea not null check (octet_length(bytes) <= 262144),
  primary key (dispute_id, answer_id, ordinal)
);
