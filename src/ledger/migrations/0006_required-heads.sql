-- transactional, not breaking
-- Fails with a state of its own, MU001, when an account has moved beyond the version that a refusal
-- relied upon; the detail is the account's number and the version.
create function ledger.require_heads(accounts bigint[], versions bigint[]) returns void language plpgsql as $$
declare
  moved text;
begin
  select head.account || ' ' || head.version into moved
  from unnest(accounts, versions) as head (account, version)
  cross join lateral (
    select from ledger.entries where account = head.account and version = head.version + 1 limit 1
  ) later
  limit 1;
  if found then
    raise exception 'an account has moved beyond the version that was relied upon'
      using errcode = 'MU001', detail = moved;
  end if;
end
$$;
