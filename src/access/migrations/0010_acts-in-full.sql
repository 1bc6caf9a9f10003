-- transactional, not breaking

-- From where an act came, with what authority, and what it changed. In rows of older programs, and of acts of the program
-- itself, all of these are null, and the hash covers what it covered before.
alter table access.audit_log
  -- Null: of all books, or of before books were noted.
  add column book_id integer,
  -- As people knew the actor at that time.
  add column actor_name text,
  add column address text,
  add column request_id text,
  -- The permissions that the call needed, and what gave them to the actor.
  add column permission text,
  add column authority text,
  -- The fields that changed, as JSON.
  add column before text,
  add column after text;
