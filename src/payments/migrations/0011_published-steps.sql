-- transactional, not breaking
-- Rows of timelines have no key of their own. Where all changes of the database are published, for logical replication, rows
-- can be moved from here into the partition of their month only when they are known by all that they hold.
alter table payments.steps_other replica identity full;
