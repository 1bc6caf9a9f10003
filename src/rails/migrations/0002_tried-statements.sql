-- transactional, not breaking
-- When a statement's reading was last begun: of those that are not finished, the longest untried is read again first.
alter table rails.statements add column tried_at timestamptz;
