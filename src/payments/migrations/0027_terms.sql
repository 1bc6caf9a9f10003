-- transactional, not breaking
-- What a client gave for the calls of a payment or payout besides the instrument's text: the instrument by its kind, the
-- party, the purpose, the descriptor, and whether a rail may approve less. Names and addresses in it are personal.
-- It is text, so that binary COPY takes it as it is.
alter table payments.payments add column terms text;
alter table payments.payouts add column terms text;
