-- transactional, not breaking
-- The breaker's counts by book, as JSON: one book alone does not take a rail down for the others. Older programs write
-- the other columns only, and decide by the sums.
alter table rails.health add column books text not null default '{}';
