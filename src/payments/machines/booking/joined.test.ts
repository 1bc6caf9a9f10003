import { expect, it } from 'vitest'
import type { OpenedCase, Transition } from '../../machine.ts'
import { eitherWay, joined } from './joined.ts'

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

it('changes a step and every step that replaces it when the books refuse', () => {
  const refusal = { code: 'account_frozen', message: '' } as const
  const last: Transition = { note: 'three' }
  const step: Transition = { note: 'one', refused: () => ({ note: 'two', refused: () => last }) }
  const changed = eitherWay(step, (one) => ({ ...one, events: [`payment.${one.note}`] }))
  const second = changed.refused?.(refusal)
  const third = second?.refused?.(refusal)
  expect([changed, second, third].map((one) => one?.events)).toEqual([
    ['payment.one'],
    ['payment.two'],
    ['payment.three'],
  ])
  expect(third?.refused).toBeUndefined()
})
