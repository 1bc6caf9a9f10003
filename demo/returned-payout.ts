import type { Payout } from '@munim/sdk'
import { sellers } from './market.ts'
import type { EndedMishap } from './mishaps.ts'
import type { PaymentsStage } from './payments-stage.ts'

const [seller = ''] = sellers

/** The bank settles it on one day, and returns it on the next. */
export function payOutInVain({ munim }: PaymentsStage): Promise<Payout> {
  return munim.payouts.create({
    ...{ amount: 30_000n, asset: 'INR', source: seller, vendor: 'haat', reference: 'mishap-payout' },
    ...{ rail: 'bank', instrument: 'IN24BZARRETURNED' },
  })
}

export async function endPayout({ munim }: PaymentsStage, { id }: Payout): Promise<EndedMishap> {
  const { rail, instrument, state, reason, amount, amount_returned: returned } = await munim.payouts.get(id)
  return {
    ...{ what: 'a payout comes back two days later', rail, instrument },
    ended: `${state}${reason === null ? '' : ` (${reason})`}${returned === amount ? ', the seller has its money again' : ''}`,
    asPlanned: state === 'failed' && reason === 'returned' && returned === amount,
  }
}
