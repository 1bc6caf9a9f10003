-- transactional, not breaking
-- Rises with each change, and is at least the microseconds since 1970 of the change. After a failover that lost the last
-- moments, the process that made a change sees that the row is behind, and writes it again. Programs of before do not raise it.
alter table access.oauth_clients add column revision bigint not null default 0;
alter table access.people add column revision bigint not null default 0;
