-- online, not breaking
-- Each process reads the ceilings of the vendors that have changed.
create index concurrently if not exists vendors_by_change on lanes.vendors (updated_at, number);
