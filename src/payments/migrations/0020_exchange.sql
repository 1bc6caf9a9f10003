-- transactional, not breaking
-- When Munim and the rail spoke about an attempt, and what was said: JSON as text. Null when it was answered at once.
alter table payments.attempts add column exchange text;
