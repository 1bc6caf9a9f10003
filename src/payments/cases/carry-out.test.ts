import { beforeEach, expect, it } from 'vitest'
import type { ActedCase, SubjectAction } from '#cases'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import { createCaseHandler } from './carry-out.ts'

// What each action asks of payments, sagas and lanes; the engine's tests cover what they make of it.

const asked: unknown[] = []
let canBookAgain = true
const { carryOut } = createCaseHandler({
  payments: {
    input: async (_, subject, input) => asked.push(['input', subject.kind, input]) > 0,
    bookAgain: async (_, subject) => {
      asked.push(['book again', subject.kind])
      return canBookAgain
    },
  },
  sagas: {
    decide: async (_, id, action) => asked.push(['saga', id, action]) > 0,
    resume: async (_, id) => void asked.push(['resume', id]),
  },
  lanes: {
    replay: async (_, { subject, kind }) => {
      asked.push(['replay', kind, subject])
      return { count: 1, hasMore: false }
    },
    discard: async (_, { subject, kind }) => void asked.push(['discard', kind, subject]),
  },
})
beforeEach(() => {
  asked.length = 0
  canBookAgain = true
})

const id = newUuid()
const force = { action: 'force', outcome: 'succeeded', evidence: 'The statement.' } as const
const act = (kind: string, reason: string, action: SubjectAction) => {
  const acted: ActedCase = { id: newUuid(), book: 1, subject: { kind, id }, reason, key: '' }
  return carryOut({} as Transaction, acted, action, newUuid())
}

it('an action on a case of a payment is an input of that payment, about the reason', async () => {
  expect(await act('payment', 'outcome_unknown', force)).toBe('started')
  expect(asked).toEqual([['input', 'payment', { kind: 'decision', decision: force, about: 'outcome_unknown' }]])
})

it('a retry books an unbooked subject again, or is an input if it waits for more than the books', async () => {
  const retry = { action: 'retry' } as const
  expect(await act('refund', 'unbooked', retry)).toBe('started')
  expect(asked).toEqual([['book again', 'refund']])
  canBookAgain = false
  expect(await act('refund', 'unbooked', retry)).toBe('started')
  expect(asked.at(-1)).toEqual(['input', 'refund', { kind: 'decision', decision: retry, about: 'unbooked' }])
})

it('a case of a saga is retried, or forced as compensated by hand', async () => {
  expect(await act('saga', 'compensation_failed', { action: 'retry' })).toBe('started')
  expect(await act('saga', 'compensation_failed', force)).toBe('started')
  expect(asked).toEqual([
    ['saga', id, 'retry'],
    ['saga', id, 'force'],
  ])
})

it('an unmatched event is set aside without the engine', async () => {
  expect(await act('event', 'unmatched_event', force)).toBe('done')
  expect(asked).toEqual([])
})

it('dead letters are replayed, or discarded so that their subject goes on without them', async () => {
  expect(await act('payout', 'dead_letter', { action: 'retry' })).toBe('done')
  expect(await act('payout', 'dead_letter', force)).toBe('done')
  expect(await act('saga', 'dead_letter', force)).toBe('done')
  expect(await act('event', 'dead_letter', force)).toBe('done')
  expect(asked).toEqual([
    ['replay', 'payment.input', id],
    ['discard', 'payment.input', id],
    ['input', 'payout', { kind: 'decision', decision: force, about: 'dead_letter' }],
    ['discard', 'saga.step', id],
    ['resume', id],
    ['discard', 'payment.rail_event', id],
  ])
})
