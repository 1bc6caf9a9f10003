-- transactional, not breaking
-- What lists walk along, beside the primary keys: nothing here ever changes, and a payment without a
-- vendor or metadata writes none of it.
create index payments_by_vendor on payments.payments (book_id, vendor_code, id) where vendor_code is not null;
create index payouts_by_vendor on payments.payouts (book_id, vendor_code, id) where vendor_code is not null;

-- The index of metadata: a 64-bit hash of book, kind of thing, key and value, and where it occurs.
create table payments.metadata_terms (
  term bigint not null,
  id uuid not null,
  primary key (term, id)
);
