-- transactional, not breaking
-- What has lapsed holds nothing: whoever reads an account's balances leaves out its holds whose time is
-- over but whose end is not written yet. So a hold repeats the accounts and the amount of its transfer.

alter table ledger.holds
  add column source bigint,
  add column destination bigint,
  add column amount bigint;

update ledger.holds hold
set source = transfer.source, destination = transfer.destination, amount = transfer.amount
from ledger.transfers transfer
where transfer.book_id = hold.book_id and transfer.position = hold.transfer and transfer.flags < 4;

-- Processes of the version before copy holds in without these columns, while both run side by side.
create function ledger.fill_hold() returns trigger language plpgsql as $$
begin
  select source, destination, amount into new.source, new.destination, new.amount
  from ledger.transfers
  where book_id = new.book_id and position = new.transfer and flags < 4;
  return new;
end $$;
create trigger fill_hold before insert on ledger.holds
  for each row when (new.source is null) execute function ledger.fill_hold();

create index holds_by_source on ledger.holds (source, expires_at) include (amount, transfer) where expires_at is not null;
create index holds_by_destination on ledger.holds (destination, expires_at) include (amount, transfer)
  where expires_at is not null;
