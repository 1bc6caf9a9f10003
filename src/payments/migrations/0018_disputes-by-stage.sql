-- transactional, not breaking
-- A dispute has an id, names the attempt that it is about, and goes from stage to stage. "taken": from whom its money was
-- taken, while the rail has it. "undelivered": what came back and could not be returned to them. "version" 0: no report of
-- it has been handled yet. Older processes book a dispute as lost at once, and do not record from whom.
-- The ids sort by time, as all others do: they are UUIDs of version 7.
alter table payments.disputes rename column noted_at to created_at;
alter table payments.disputes
  add column id uuid,
  add column attempt_id uuid,
  add column original_reference text,
  add column capture_id uuid,
  add column asset text,
  add column reason_code text,
  add column reason_category text,
  add column evidence_due_at timestamptz,
  add column fee bigint,
  add column stage text not null default 'lost',
  add column stage_at timestamptz,
  add column taken json,
  add column undelivered json,
  add column answer json,
  add column version integer not null default 1;
update payments.disputes set id = (
  lpad(to_hex((extract(epoch from created_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
  || '8' || substr(md5(random()::text), 1, 15))::uuid;
update payments.disputes d set asset = p.asset
  from payments.payments p where p.book_id = d.book_id and p.id = d.payment_id;
alter table payments.disputes
  alter column id set not null,
  alter column id set default (
    lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
    || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid;
create unique index disputes_by_id on payments.disputes (book_id, id);
create index disputes_by_payment on payments.disputes (payment_id, id);
