-- transactional, breaking
-- The common word of the trade for who a lane is divided among: "tenant" is a vendor's number, or minus the book's
-- number for work that is no vendor's. Breaking, as older processes name the old column.
alter table lanes.messages rename column share to tenant;
alter table lanes.later rename column share to tenant;
alter table lanes.dead_letters rename column share to tenant;
