-- online, not breaking
-- The accounts that the program opens for itself: payments look through all of them at each start.
create index concurrently if not exists accounts_of_chart on ledger.accounts (number)
  where code ~ '^(suspense|write_offs|rails:[^:]+:(clearing|fees)):[A-Z][A-Z0-9-]*$';
