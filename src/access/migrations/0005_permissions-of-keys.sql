-- transactional, not breaking
-- A key has a scope, which is a role, or a list of permissions. Programs that do not know the list refuse such a key.
alter table access.api_keys
  alter column scope drop not null,
  add column permissions text[],
  add constraint api_keys_grant_check check ((scope is null) <> (permissions is null));
