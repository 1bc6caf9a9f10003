-- transactional, not breaking
-- The kind of who acted. Null: a key, as in rows of programs that knew no other kinds.
alter table cases.acts
  add column actor_kind text,
  add constraint acts_actor_kind_check check (actor_kind in ('person', 'client', 'key', 'service'));
