-- transactional, not breaking
-- The log is dropped by the month. What is dropped leaves its last number and hash behind, which the rest follows.
alter table access.audit_log rename to audit_log_until;
alter table access.audit_log_until rename constraint audit_log_pkey to audit_log_until_pkey;
alter table access.audit_log_until drop constraint audit_log_until_pkey, add primary key (number, recorded_at);
create table access.audit_log (
  number bigint not null,
  recorded_at timestamptz not null,
  actor uuid,
  action text not null,
  subject text not null,
  details text not null,
  hash bytea not null,
  primary key (number, recorded_at)
) partition by range (recorded_at);
create table access.audit_log_other partition of access.audit_log default;
do $$
declare
  next_month timestamp := date_trunc('month', now() at time zone 'utc') + interval '1 month';
  bound timestamptz := next_month at time zone 'utc';
begin
  with later as (
    delete from access.audit_log_until where recorded_at >= bound
    returning number, recorded_at, actor, action, subject, details, hash
  )
  insert into access.audit_log_other (number, recorded_at, actor, action, subject, details, hash)
  select number, recorded_at, actor, action, subject, details, hash from later;
  execute format('alter table access.audit_log attach partition access.audit_log_until for values from (minvalue) to (%L)', bound);
  execute format('alter table access.audit_log_until rename to %I', 'audit_log_until_' || to_char(next_month, 'YYYYMMDD'));
end
$$;

-- Acts up to "number" may have been dropped; "hash" is that of the last of them.
create table access.audit_log_dropped (
  number bigint not null primary key,
  hash bytea not null,
  noted_at timestamptz not null default now()
);
