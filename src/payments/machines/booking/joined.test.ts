import { expect, it } from 'vitest'
import type { OpenedCase, Transition } from '../../machine.ts'
import { joined } from './joined.ts'

const matter = (why: OpenedCase['why']): OpenedCase => ({ why, detail: why })

it('keeps the further cases and the settled reasons of both steps', () => {
  const first: Transition = { also: [matter('late_success')], settles: ['wrong_amount'], note: 'one' }
  const second: Transition = { also: [matter('unbooked')], settles: ['booking_refused'], note: 'two' }
  expect(joined(first, second)).toMatchObject({
    also: [{ why: 'late_success' }, { why: 'unbooked' }],
    settles: ['wrong_amount', 'booking_refused'],
    note: 'two',
  })
  expect(joined(first, {})).toMatchObject({ also: [{ why: 'late_success' }], settles: ['wrong_amount'], note: 'one' })
})
