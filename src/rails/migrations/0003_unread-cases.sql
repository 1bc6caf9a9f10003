-- transactional, not breaking
-- The subject of the case about an event that could not be read, or about a statement.
alter table rails.inbox add column case_id uuid;
alter table rails.statements add column case_id uuid;
-- Where reading goes on, in the adapter's own words. Null in rows of older programs, which read on from `lines_done`.
alter table rails.statements add column position text;
-- Why the statement as a whole cannot be read: it is read again until it can be.
alter table rails.statements add column refused text;
