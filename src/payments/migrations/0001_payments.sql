-- transactional, not breaking
-- Rows are written once when something is accepted and updated a few times until it ends. No column
-- that changes is indexed and the pages have room to spare, so that an update stays in its page (HOT).
-- Codes are kept as text. "amount_suspended": what a rail brought for the payment and the books keep in
-- suspense; negative where a rail took back what nobody has paid for.
-- "is_followed": a part of the program that made the payment is told of its ends.
-- json columns hold lists: of shares, of names of rails, of ids in hexadecimal.
-- Amounts are minor units of "asset"; the checks on them are second guards behind the row locks.

create table payments.payments (
  book_id integer not null,
  id uuid not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  expires_at timestamptz,
  amount bigint not null check (amount > 0),
  amount_capturable bigint not null,
  amount_capturing bigint not null,
  amount_captured bigint not null,
  amount_refunding bigint not null,
  amount_refunded bigint not null,
  fee_amount bigint,
  fee_captured bigint,
  amount_suspended bigint not null,
  vendor integer not null,
  attempts integer not null,
  version integer not null,
  is_followed boolean not null,
  call uuid,
  state text not null,
  phase text not null,
  reason text,
  asset text not null,
  capture text not null,
  lane text not null,
  vendor_code text,
  source_account text,
  source_rail text,
  source_instrument text,
  other_rails json,
  destinations json not null,
  fee_account text,
  holds json,
  rail text,
  rail_reference text,
  reference text,
  metadata json,
  primary key (book_id, id),
  check ((source_account is null) <> (source_rail is null)),
  constraint payments_captured_at_most_authorized check (
    amount_capturable >= 0 and amount_capturing >= 0 and amount_captured >= 0
    and amount_capturable + amount_capturing + amount_captured <= amount
  ),
  constraint payments_refunded_at_most_captured check (
    amount_refunding >= 0 and amount_refunded >= 0 and amount_refunding + amount_refunded <= amount_captured
  )
) with (fillfactor = 50);
-- An index for one purpose begins with its own column, never with the book: beside the primary key, a plan
-- made while the table was small might take the wrong one and keep it.
create unique index payments_by_reference on payments.payments (reference, book_id) where reference is not null;

create table payments.captures (
  book_id integer not null,
  id uuid not null,
  payment_id uuid not null,
  created_at timestamptz not null,
  amount bigint not null check (amount > 0),
  is_final boolean not null,
  call uuid,
  state text not null,
  reason text,
  primary key (book_id, id)
) with (fillfactor = 60);
create index captures_by_payment on payments.captures (payment_id);

-- "from_shares": who pays for it. "to_account" is null when it goes back to where the money came from.
create table payments.refunds (
  book_id integer not null,
  id uuid not null,
  payment_id uuid not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  amount bigint not null check (amount > 0),
  attempts integer not null,
  version integer not null,
  is_reversal boolean not null,
  call uuid,
  state text not null,
  phase text not null,
  reason text,
  asset text not null,
  to_account text,
  from_shares json not null,
  holds json,
  metadata json,
  primary key (book_id, id)
) with (fillfactor = 60);
create index refunds_by_payment on payments.refunds (payment_id);

create table payments.payouts (
  book_id integer not null,
  id uuid not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  amount bigint not null check (amount > 0),
  vendor integer not null,
  attempts integer not null,
  version integer not null,
  call uuid,
  state text not null,
  phase text not null,
  reason text,
  asset text not null,
  lane text not null,
  vendor_code text,
  source text not null,
  rail text not null,
  other_rails json,
  instrument text not null,
  holds json,
  rail_reference text,
  reference text,
  metadata json,
  primary key (book_id, id)
) with (fillfactor = 60);
create unique index payouts_by_reference on payments.payouts (reference, book_id) where reference is not null;

-- A submission to a rail, stored before it is made; its id is the idempotency key. "root_id" is the
-- payment or payout that it serves, also when its subject is a capture or a refund.
create table payments.attempts (
  id uuid primary key,
  book_id integer not null,
  root_id uuid not null,
  subject_id uuid not null,
  created_at timestamptz not null,
  amount bigint not null check (amount > 0),
  inquiries integer not null,
  subject_kind text not null,
  rail text not null,
  operation text not null,
  asset text not null,
  instrument text not null,
  concerns text,
  state text not null,
  rail_reference text,
  reason text
) with (fillfactor = 60);
create index attempts_by_root on payments.attempts (root_id);
create index attempts_by_rail_reference on payments.attempts (rail, rail_reference) where rail_reference is not null;

-- The timeline: what happened to a payment or payout and to what belongs to it. Written once.
-- "transfers" are the ledger's transfers that were made, posted or voided by the step; "ordinal"
-- orders the steps of one moment.
create table payments.steps (
  root_id uuid not null,
  recorded_at timestamptz not null,
  book_id integer not null,
  ordinal integer not null,
  subject_id uuid not null,
  subject_kind text not null,
  input text not null,
  state text not null,
  note text,
  transfers json,
  events json
);
create index steps_by_root on payments.steps (root_id);
