-- transactional, not breaking
-- Declines of instruments that a card scheme governs: a scheme allows so many in so many days, and after some none.
-- A row is written with the end of its attempt.
create table payments.declines (
  book_id integer not null,
  instrument text not null,
  attempt_id uuid not null,
  declined_at timestamptz not null,
  amount bigint not null,
  scheme text not null,
  raw text,
  advice text,
  after_ms bigint,
  primary key (book_id, instrument, attempt_id)
);
