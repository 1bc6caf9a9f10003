-- transactional, not breaking
-- The credit was retracted before an operator had settled it. Whether its money had left suspense, only an operator knows.
alter table payments.credits add column may_be_moved boolean not null default false;
-- Which copy of its files a server runs on. Null: Munim may not see that.
alter table payments.servers add column copy text;
