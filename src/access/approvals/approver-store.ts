import { encodePrincipal, type Principal, permissionNames, personRoles, roles } from '#platform/http'
import { type Transaction, toUuid } from '#platform/postgres'
import type { Approval } from './approval.ts'

const decidingRoles = personRoles.filter((role) => roles[role].has('approvals:decide'))

/** How many people who have logged in can approve in the book. */
export async function countApprovers(tx: Transaction, book: number): Promise<number> {
  const [row] = await tx.query<{ count: bigint }>({
    text: `select count(*) as count from access.people
      where (book_id = $1 or book_id is null) and role = any ($2::text[]) and disabled_at is null and password is not null`,
    values: [book, decidingRoles],
  })
  return Number(row?.count ?? 0n)
}

/** Whether who approved may still do so: an approval is worth no more than its approver. */
export async function isStillApprover(
  tx: Transaction,
  { decidedBy, book, ofAnyBook }: Pick<Approval, 'decidedBy' | 'book' | 'ofAnyBook'>,
): Promise<boolean> {
  const rows = await tx.query({
    text: `select from access.people
      where id = $1 and (book_id is null or book_id = $2 and not $3) and role = any ($4::text[]) and disabled_at is null`,
    values: [decidedBy ?? null, book, ofAnyBook, decidingRoles],
  })
  return rows.length > 0
}

/** Acts with which one gives another what they act with. */
const givingActs = [
  ...['api_key.created', 'oauth_client.created', 'oauth_client.secret_rotated', 'oauth_client.changed'],
  ...['person.invited', 'person.reset'],
]

type Two = { readonly one: Principal; readonly other: Principal }

/**
 * Whether both could be in one hand: one gave the other what it acts with, or somebody gave it to both, over any number of
 * steps. Operator keys do not count as hands, since whoever has one needs no approval.
 */
export async function couldBeOne(tx: Transaction, { one, other }: Two): Promise<boolean> {
  const hands = await handsOf(tx, one)
  for (const hand of await handsOf(tx, other)) if (hands.has(hand)) return true
  return false
}

/** The public ids of a caller, of who gave it what it acts with, of who gave them theirs, and so on. */
async function handsOf(tx: Transaction, who: Principal): Promise<ReadonlySet<string>> {
  const hands = new Set<string>()
  let found = [encodePrincipal(who)]
  while (found.length > 0) {
    for (const hand of found) hands.add(hand)
    const givers = await tx.query<{ actor: string; kind: Principal['kind'] }>({
      text: `select distinct acts.actor, coalesce(acts.actor_kind, 'key') as kind from access.audit_log acts
        where acts.subject = any ($1::text[]) and acts.action = any ($2::text[]) and acts.actor is not null
          and not exists (select from access.api_keys keys
            where keys.id = acts.actor and (keys.scope = 'operator' or keys.permissions @> $3::text[]))`,
      values: [found, givingActs, permissionNames],
    })
    found = givers.map(({ kind, actor }) => encodePrincipal({ kind, id: toUuid(actor) })).filter((id) => !hands.has(id))
  }
  return hands
}
