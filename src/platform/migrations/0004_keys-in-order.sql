-- online, not breaking
create index concurrently if not exists idempotency_keys_in_order on platform.idempotency_keys (created_at);
