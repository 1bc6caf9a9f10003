import { idOf } from '@munim/sdk'
import type { Stage } from './stage.ts'
import { metro, openingAccount } from './trading-day.ts'

const wallet = 'commuters:001:inr'
const ticket = { source: wallet, destination: metro, amount: 1n, asset: 'INR' }

export async function showRefusals(stage: Stage): Promise<void> {
  await refuseByRequest(stage)
  await refuseByAccount(stage)
  await refuseByHold(stage)
}

async function refuseByRequest({ munim, tally }: Stage): Promise<void> {
  const { create } = munim.transfers
  const refuse = tally.expectRefusal
  await refuse({ code: 'accounts_must_differ', example: 'a wallet that pays itself' }, () =>
    create({ ...ticket, destination: wallet }),
  )
  await refuse({ code: 'account_not_found', example: 'a shop that is not there' }, () =>
    create({ ...ticket, destination: 'merchants:nobody' }),
  )
  await refuse({ code: 'asset_mismatch', example: 'rupees to a shop that takes euros' }, () =>
    create({ ...ticket, destination: 'merchants:antiques:eur' }),
  )
  await refuse({ code: 'reference_taken', example: 'a second payment of one order' }, () =>
    create({ ...ticket, reference: 'ticket-0' }),
  )
  await refuse({ code: 'effective_at_in_future', example: 'a payment dated a day ahead' }, () =>
    create({ ...ticket, effective_at: new Date(Date.now() + 86_400_000).toISOString() }),
  )
  const id = idOf('trf', '0198c0de-0000-7000-8000-000000000001')
  tally.book(await create({ ...ticket, id }))
  await refuse({ code: 'id_already_used', example: 'another amount under an id that is known' }, () =>
    create({ ...ticket, id, amount: 2n }),
  )
}

async function refuseByAccount({ munim, tally }: Stage): Promise<void> {
  const { create } = munim.transfers
  const refuse = tally.expectRefusal
  await munim.accounts.freeze(wallet)
  await refuse({ code: 'account_frozen', example: 'a wallet frozen on suspicion' }, () => create(ticket))
  await munim.accounts.unfreeze(wallet)

  await munim.accounts.create({ code: 'gift-cards:1:inr', asset: 'INR', max_balance: 50_000n })
  const gift = { source: openingAccount('INR'), destination: 'gift-cards:1:inr', amount: 50_001n, asset: 'INR' }
  await refuse({ code: 'balance_limit_exceeded', example: 'a gift card filled over its limit' }, () => create(gift))
  await munim.accounts.close('gift-cards:1:inr')
  await refuse({ code: 'account_closed', example: 'a gift card that was closed' }, () =>
    create({ ...gift, amount: 1n }),
  )

  const { version } = await munim.accounts.get(wallet)
  await refuse({ code: 'condition_not_met', example: 'a payment upon a state that has passed' }, () =>
    create({ ...ticket, conditions: { source: { version: version - 1 } } }),
  )
}

async function refuseByHold({ munim, tally }: Stage): Promise<void> {
  const refuse = tally.expectRefusal
  const hold = await munim.transfers.create({ ...ticket, amount: 10n, pending: true })
  await refuse({ code: 'amount_exceeds_hold', example: 'more posted than was held' }, () =>
    munim.transfers.post(hold.id, { amount: 11n }),
  )
  tally.book(await munim.transfers.post(hold.id, { amount: 4n }))
  await refuse({ code: 'transfer_already_posted', example: 'a hold posted a second time' }, () =>
    munim.transfers.post(hold.id),
  )
}
