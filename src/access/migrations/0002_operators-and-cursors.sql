-- transactional, breaking

-- Who may act in every book is an operator; an admin key is an administrator of its own book alone.
alter table access.api_keys drop constraint api_keys_scope_check;
alter table access.api_keys add constraint api_keys_scope_check
  check (scope in ('read', 'write', 'admin', 'operator'));

-- Admin keys could act everywhere. Those of the first book, in which the key of the first start is,
-- keep that; where none of them is in force, the oldest admin key that is.
update access.api_keys set scope = 'operator'
  where scope = 'admin' and book_id = (select min(number) from access.books);
update access.api_keys set scope = 'operator'
  where id = (select id from access.api_keys where scope = 'admin' and revoked_at is null order by created_at, id limit 1)
    and not exists (select from access.api_keys where scope = 'operator' and revoked_at is null);

-- What the program keeps to itself. "cursors": cursors are sealed with it. It guards no money: with it,
-- one sees how many rows all books have together.
create table access.secrets (
  name text not null primary key,
  secret bytea not null
);
insert into access.secrets (name, secret)
  values ('cursors', sha256(convert_to(concat(gen_random_uuid(), gen_random_uuid(), gen_random_uuid()), 'UTF8')));
