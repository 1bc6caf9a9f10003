-- transactional, breaking

-- Work for operators. An open case is known by its queue, subject, reason and key. Cases of one subject are in line: the
-- one with the highest rank is acted on first, apart from those that stand apart. "is_acting": an action was taken and
-- is being carried out; until it ends, no other one is allowed. "evidence" is the source of a forced outcome. "revision"
-- grows whenever the case, or another one in line with it, changes. "attempt_id", "amount" and "asset" say what it is about. Book 0 is for subjects that are in no book.
create table cases.cases (
  id uuid not null primary key,
  book_id integer not null,
  queue text not null,
  subject_kind text not null,
  subject_id uuid not null,
  reason text not null,
  key text not null default '',
  detail text not null,
  attempt_id uuid,
  amount bigint,
  asset text,
  priority text not null check (priority in ('high', 'normal', 'low')),
  rank bigint not null,
  stands_apart boolean not null default false,
  since timestamptz not null default now(),
  due_at timestamptz not null,
  owner text,
  revision integer not null default 1,
  is_acting boolean not null default false,
  last_action text,
  evidence text,
  resolved_at timestamptz,
  resolution text,
  check ((resolved_at is null) = (resolution is null)),
  check (resolved_at is null or not is_acting)
);

-- What operators did about a case, in order. "actor" is the id of an API key.
create table cases.acts (
  id uuid not null primary key,
  case_id uuid not null references cases.cases (id),
  actor uuid not null,
  action text not null,
  text text,
  at timestamptz not null default now()
);

-- The stuck list of payments becomes the queue "payments". Each problem that waited behind an entry is a case of its own,
-- in the same order; its id is made from the time since when it has been open, as other ids are. Breaking, as older
-- processes write the old tables.
insert into cases.cases
  (id, book_id, queue, subject_kind, subject_id, reason, detail, priority, rank, stands_apart, since, due_at, owner,
   revision, is_acting, last_action, evidence, resolved_at, resolution)
select
  case place when 0 then id else (
    lpad(to_hex((extract(epoch from since) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
      || '8' || substr(md5(random()::text), 1, 15))::uuid end,
  book_id, 'payments', subject_kind, subject_id, reason, detail, 'normal', coalesce(total, 0) + 1 - place,
  reason = 'dead_letter', since,
  since + case
    when reason in ('wrong_amount', 'dispute_after_refund', 'unmatched_event') then interval '24 hours'
    when reason in ('late_success', 'booking_refused') then interval '4 hours'
    else interval '1 hour' end,
  owner, revision, is_deciding and place = 0, decision, evidence, resolved_at, resolution
from (
  select id, 0 as place, jsonb_array_length(waiting) as total, book_id, subject_kind, subject_id, reason, detail, since,
    owner, revision, is_deciding, decision, evidence, resolved_at, resolution
  from payments.stuck
  union all
  select id, place, jsonb_array_length(waiting), book_id, subject_kind, subject_id, matter ->> 'reason',
    matter ->> 'detail', (matter ->> 'since')::timestamptz, owner, 1, false, matter ->> 'decision', matter ->> 'evidence',
    null, null
  from payments.stuck cross join lateral jsonb_array_elements(waiting) with ordinality as listed (matter, place)
) entry;
insert into cases.acts (id, case_id, actor, action, text, at)
select id, stuck_id, actor, action, text, at from payments.stuck_acts;
drop table payments.stuck_acts, payments.stuck;

create unique index cases_open on cases.cases (queue, subject_kind, subject_id, reason, key) where resolved_at is null;
create index cases_by_subject on cases.cases (subject_id);
create index cases_by_book on cases.cases (book_id, id);
create index cases_open_by_book on cases.cases (book_id, id) where resolved_at is null;
create index acts_by_case on cases.acts (case_id, id);
