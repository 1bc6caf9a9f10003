-- transactional, not breaking
-- Timelines are dropped by the month in which their payments and payouts were made, which the ids begin with:
-- a timeline lies whole in one partition, and is dropped whole.
alter table payments.steps rename to steps_until;
alter index payments.steps_by_root rename to steps_until_by_root;
create table payments.steps (
  root_id uuid not null,
  recorded_at timestamptz not null,
  book_id integer not null,
  ordinal integer not null,
  subject_id uuid not null,
  subject_kind text not null,
  input text not null,
  state text not null,
  note text,
  transfers json,
  events json
) partition by range (root_id);
create index steps_by_root on payments.steps (root_id);
create table payments.steps_other partition of payments.steps default;
do $$
declare
  next_month date := date_trunc('month', now() at time zone 'utc')::date + interval '1 month';
  bound uuid := (lpad(to_hex(extract(epoch from next_month)::bigint * 1000), 12, '0') || repeat('0', 20))::uuid;
begin
  with later as (
    delete from payments.steps_until where root_id >= bound
    returning root_id, recorded_at, book_id, ordinal, subject_id, subject_kind, input, state, note, transfers, events
  )
  insert into payments.steps_other (root_id, recorded_at, book_id, ordinal, subject_id, subject_kind, input, state,
    note, transfers, events)
  select root_id, recorded_at, book_id, ordinal, subject_id, subject_kind, input, state, note, transfers, events
  from later;
  execute format('alter table payments.steps attach partition payments.steps_until for values from (minvalue) to (%L)', bound);
  execute format('alter table payments.steps_until rename to %I', 'steps_until_' || to_char(next_month, 'YYYYMMDD'));
end
$$;
