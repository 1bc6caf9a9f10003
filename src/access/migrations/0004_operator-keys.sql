-- transactional, not breaking
-- A revocation of an operator key locks the others. They are few among the keys of all books.
create index api_keys_of_operators on access.api_keys (id) where scope = 'operator' and revoked_at is null;
