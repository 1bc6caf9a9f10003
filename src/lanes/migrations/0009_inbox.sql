-- transactional, not breaking

-- The messages of topics that were handled, each inserted in the transaction of its effect. A topic may deliver a
-- message again, as long as it keeps it. Days are dropped whole.
create table lanes.inbox (
  day integer not null,
  message bigint not null,
  primary key (day, message)
) partition by range (day);
create table lanes.inbox_other partition of lanes.inbox default;
