-- transactional, breaking
-- The chain is in the order in which the sealer finds batches committed; what it has not sealed yet is marked so.
-- Nothing of it depends on the server's transaction ids any more, so a dump restored elsewhere goes on being sealed.
-- Breaking: the sealer of the version before does not know the mark, and fails on the columns that are gone.
alter table ledger.batches add column is_unsealed boolean not null default false;
alter table ledger.batches alter column is_unsealed set default true;
update ledger.batches set is_unsealed = true
where (transaction, position) > (
  coalesce((select last_transaction from ledger.blocks order by number desc limit 1), '0'::xid8),
  coalesce((select last_position from ledger.blocks order by number desc limit 1), 0));
create index batches_unsealed on ledger.batches (position) where is_unsealed;
alter table ledger.blocks drop column last_transaction, drop column last_position;
