import { it } from 'vitest'
import type { RailPlan } from '../../../test/support/model-rail.ts'
import { playHistory } from '../../../test/support/payments-histories.ts'
import type { Act } from '../../../test/support/payments-history.ts'

// Histories that random play found once, without what they do not need.

const done: RailPlan = { effect: 'done', isTold: true }
const declined = (code: string, remedy: 'rail' | 'later'): RailPlan => {
  return { effect: 'turned', isTold: true, decline: { code, remedy, message: 'Another way.' } }
}
const acts = (...list: readonly (readonly [Act['kind'], number])[]): Act[] => list.map(([kind, n]) => ({ kind, n }))

it('a refund that came back is made by an earlier attempt after all, and both come back', () => {
  const elsewhere = declined('operation_not_supported', 'rail')
  const later = declined('try_again_later', 'later')
  const list = acts(
    ...([['pay', 9_582], ['let_pass', 11], ['callback', 2_960], ['pay_out', 0], ['pay', 0], ['deliver', 0]] as const),
    ...([['pay_out', 0], ['be_late', 0], ['refund', 379], ['let_pass', 24], ['come_back', 469]] as const),
  )
  playHistory([done, done, elsewhere, done, done, done, later, done], 3_310, list)
})
