import { accepted, type Result } from '#kernel'
import type { AddressList } from '#platform/addresses'
import type { Transaction } from '#platform/postgres'
import type { Actor } from './access.ts'
import { findKey } from './access-store.ts'
import { findClient } from './oauth/oauth-client-store.ts'
import { refuse } from './refusals.ts'

/** From where alone the actor may act; undefined: from everywhere. People log in from anywhere. */
async function addressesOf(tx: Transaction, actor: Actor): Promise<AddressList | undefined> {
  if (actor?.kind === 'key') return (await findKey(tx, actor.id))?.addresses
  if (actor?.kind === 'client') return (await findClient(tx, actor.id))?.addresses
  return undefined
}

/** Whether what has the list can be used only from where the actor may act. */
export async function isWithinOwn(
  tx: Transaction,
  { actor, addresses }: { readonly actor: Actor; readonly addresses: AddressList | undefined },
): Promise<boolean> {
  const own = await addressesOf(tx, actor)
  return own === undefined || addresses?.blocks.every(own.covers) === true
}

/** Of what the actor makes: its own list unless another one is wanted. Refuses `addresses_beyond_own`. */
export async function addressesToGive(
  tx: Transaction,
  { actor, wanted }: { readonly actor: Actor; readonly wanted: AddressList | undefined },
): Promise<Result<AddressList | undefined, 'addresses_beyond_own'>> {
  if (wanted === undefined) return accepted(await addressesOf(tx, actor))
  if (await isWithinOwn(tx, { actor, addresses: wanted })) return accepted(wanted)
  return refuse('addresses_beyond_own', 'allowed_addresses')
}
