-- transactional, not breaking

-- What is sold. "stock" is what can still be reserved: a reservation takes from it, its end gives back.
-- The check is the second guard behind the row's lock: nothing is ever sold twice.
create table orders.items (
  id uuid not null primary key,
  book_id integer not null,
  code text not null,
  name text not null,
  asset text not null,
  price bigint not null check (price > 0),
  stock bigint not null constraint items_are_never_oversold check (stock >= 0),
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  unique (book_id, code)
);
create index items_by_book on orders.items (book_id, id);

-- "saga" is the checkout, "confirmed_by" the one that confirmed the order: of several only one can.
-- "payment" is the one that pays for it. source is JSON as requests give it.
create table orders.orders (
  id uuid not null primary key,
  book_id integer not null,
  state text not null default 'processing' check (state in ('processing', 'confirmed', 'failed', 'refunded')),
  reason text,
  is_canceled boolean not null default false,
  asset text not null,
  amount bigint not null check (amount > 0),
  source json not null,
  destination text not null,
  capture text not null check (capture in ('automatic', 'manual')),
  coordinator text not null,
  vendor text,
  reference text,
  metadata json not null,
  saga uuid not null,
  payment uuid,
  confirmed_by uuid,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
create index orders_by_book on orders.orders (book_id, id);
create index orders_by_state on orders.orders (book_id, state, id);
create unique index orders_by_reference on orders.orders (book_id, reference) where reference is not null;

create table orders.order_lines (
  order_id uuid not null,
  place smallint not null,
  item uuid not null,
  quantity integer not null check (quantity > 0),
  price bigint not null,
  primary key (order_id, place)
);

-- The payment of each checkout. A checkout asks for, captures and gives back its own, whatever other
-- checkouts of the order do.
create table orders.checkouts (
  saga uuid not null primary key,
  order_id uuid not null,
  payment uuid not null unique
);

-- What a checkout keeps for its order. It belongs to the saga and not to the order: a checkout gives
-- back what it has taken itself, and nothing that another one of the same order has.
create table orders.reservations (
  saga uuid not null,
  item uuid not null,
  quantity integer not null check (quantity > 0),
  created_at timestamptz not null default now(),
  primary key (saga, item)
);
create index reservations_by_item on orders.reservations (item);
