-- transactional, not breaking
-- Units are of use for minutes and come by the hundred a second: their days are dropped whole. An id begins with
-- the time of its making, so the id alone says in which partition it lies, and stays the primary key of all.
alter table platform.units rename to units_until;
alter table platform.units_until rename constraint units_pkey to units_until_pkey;
create table platform.units (
  id uuid not null primary key,
  committed_at timestamptz not null default now()
) partition by range (id);
create table platform.units_other partition of platform.units default;
do $$
declare
  next_day date := (now() at time zone 'utc')::date + 1;
  bound uuid := (lpad(to_hex(extract(epoch from next_day)::bigint * 1000), 12, '0') || repeat('0', 20))::uuid;
begin
  with later as (delete from platform.units_until where id >= bound returning id, committed_at)
  insert into platform.units_other (id, committed_at) select id, committed_at from later;
  execute format('alter table platform.units attach partition platform.units_until for values from (minvalue) to (%L)', bound);
  execute format('alter table platform.units_until rename to %I', 'units_until_' || to_char(next_day, 'YYYYMMDD'));
end
$$;

-- What retention has dropped of a partitioned table: everything below the bound of its partitions' key.
create table platform.dropped (
  table_name text not null primary key,
  bound text not null,
  dropped_at timestamptz not null default now()
);
