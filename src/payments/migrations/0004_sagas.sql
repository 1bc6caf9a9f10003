-- transactional, not breaking

-- A saga: the steps of its kind, in the program, taken about one subject, such as an order. What it is
-- about never changes; "state" and "reason" do. state: running, reversing (what was done is being taken
-- back), and the ends: completed, reversed, stuck (a compensation failed; a person has to decide).
-- The choreographed coordinator writes the state for whoever looks, and never reads it.
create table payments.sagas (
  id uuid not null primary key,
  book_id integer not null,
  kind text not null,
  subject uuid not null,
  vendor integer not null,
  lane text not null check (lane in ('rollback', 'instant', 'standard', 'bulk')),
  coordinator text not null check (coordinator in ('orchestrated', 'choreographed')),
  payload text not null,
  state text not null default 'running' check (state in ('running', 'reversing', 'completed', 'reversed', 'stuck')),
  reason text,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
create index sagas_by_subject on payments.sagas (subject);
create index sagas_unfinished on payments.sagas (state, changed_at) where state in ('running', 'reversing', 'stuck');

-- Where each step of a saga is. "result" is what its action left for its compensation, "waits_for" the
-- payment, capture, refund or payout whose end it waits for. "is_late": it is taken back by itself, as
-- something of it showed after the others had been.
create table payments.saga_steps (
  saga uuid not null,
  place smallint not null,
  name text not null,
  state text not null default 'pending' check (state in
    ('pending', 'acting', 'done', 'refused', 'compensating', 'compensated', 'failed', 'canceled')),
  reason text,
  result text,
  waits_for uuid,
  is_late boolean not null default false,
  changed_at timestamptz not null default now(),
  primary key (saga, place),
  unique (saga, name)
);
create index saga_steps_waiting on payments.saga_steps (waits_for) where waits_for is not null;
