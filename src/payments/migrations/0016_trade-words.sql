-- transactional, breaking
-- The common words of the trade: the attempt under way of a payment, capture, refund or payout, and the rail's reference of
-- the operation that an attempt is about. Breaking, as older processes name the old columns.
alter table payments.payments rename column call to current_attempt;
alter table payments.captures rename column call to current_attempt;
alter table payments.refunds rename column call to current_attempt;
alter table payments.payouts rename column call to current_attempt;
alter table payments.attempts rename column concerns to original_reference;
-- Inputs and events of rails that wait, or have died, name it as well.
update lanes.messages set payload = replace(payload, '"concerns":', '"originalReference":')
  where kind in ('payment.input', 'payment.rail_event') and payload like '%"concerns":%';
update lanes.later set payload = replace(payload, '"concerns":', '"originalReference":')
  where kind in ('payment.input', 'payment.rail_event') and payload like '%"concerns":%';
update lanes.dead_letters set payload = replace(payload, '"concerns":', '"originalReference":')
  where kind in ('payment.input', 'payment.rail_event') and payload like '%"concerns":%';
