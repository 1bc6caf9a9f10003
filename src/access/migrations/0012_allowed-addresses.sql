-- transactional, not breaking
-- Addresses and blocks from which a key or client may be used, such as 10.2.0.0/16; null: from all. Programs of before
-- do not know the lists, and admit all addresses until they are updated.
alter table access.api_keys
  add column allowed_addresses text[],
  add constraint api_keys_allowed_addresses_check check (cardinality(allowed_addresses) > 0);
alter table access.oauth_clients
  add column allowed_addresses text[],
  add constraint oauth_clients_allowed_addresses_check check (cardinality(allowed_addresses) > 0);
