-- transactional, not breaking
-- What came back of a success, by the rail's own reference of each return: a list of [reference, amount as digits, the
-- rail's code, microseconds since 1970]. Null when nothing did.
alter table payments.attempts add column returned json;
