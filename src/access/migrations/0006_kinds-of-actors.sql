-- transactional, not breaking
-- The kind of "actor". Null for an actor: a key, of before there were other kinds.
alter table access.audit_log
  add column actor_kind text,
  add constraint audit_log_actor_kind_check check (actor_kind in ('person', 'client', 'key', 'service'));
