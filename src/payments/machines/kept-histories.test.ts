import { it } from 'vitest'
import type { RailPlan } from '../../../test/support/model-rail.ts'
import { playHistory } from '../../../test/support/payments-histories.ts'
import type { Act } from '../../../test/support/payments-history.ts'

// Histories that random play found once, without what they do not need.

const done: RailPlan = { effect: 'done', isTold: true }
const turned = { effect: 'turned', isTold: true } as const
const acts = (...list: readonly (readonly [Act['kind'], number])[]): Act[] => list.map(([kind, n]) => ({ kind, n }))

it('a refund that came back is made by an earlier attempt after all, and both come back', () => {
  const rail = { code: 'operation_not_supported', remedy: 'rail', message: 'Another way.' } as const
  const later = { code: 'try_again_later', remedy: 'later', message: 'Later.' } as const
  const list = acts(
    ...([
      ['pay', 9_582],
      ['let_pass', 11],
      ['callback', 2_960],
      ['pay_out', 0],
      ['pay', 0],
      ['deliver', 0],
    ] as const),
    ...([
      ['pay_out', 0],
      ['be_late', 0],
      ['refund', 379],
      ['let_pass', 24],
      ['come_back', 469],
    ] as const),
  )
  const elsewhere: RailPlan = { ...turned, decline: rail }
  const again: RailPlan = { ...turned, decline: later }
  playHistory([done, done, elsewhere, done, done, done, again, done], 3_310, list)
})
