-- transactional, not breaking

-- "fee_booked": what of "fee" is booked. "kept": what the rail kept of a dispute that it gave up; below zero: it gave
-- back more than it had taken.
alter table payments.disputes add column fee_booked bigint, add column kept bigint;
