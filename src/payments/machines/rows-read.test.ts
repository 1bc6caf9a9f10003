import { describe, expect, it } from 'vitest'
import { clearingOf } from '../../../test/support/payments-world.ts'
import { createRailsStage } from '../../../test/support/payments-world-rails.ts'
import type { Machines } from '../machine.ts'
import { sumRow } from './booking/ended-refunds.ts'
import { machines } from './machines.ts'
import { lookUpsOf, type RowsRead, rowsFor } from './rows-read.ts'

const scripts = { card: () => ({ effect: 'done', isTold: true }) as const }
const none = () => []

describe('a machine that requests rows that were not read', () => {
  const { payment } = createRailsStage(machines, scripts)
  it.each([
    ['refundsOf', 'refunds'],
    ['attemptsOf', 'attempts'],
    ['broughtBy', 'arrivals'],
    ['returningOf', 'arrivals'],
  ] as const)('is stopped: %s', (lookUp, what) => {
    const reading = (read: Partial<RowsRead>) =>
      lookUpsOf(
        { refundsOf: none, attemptsOf: none, broughtBy: none, returningOf: none },
        { readOf: () => ({ attempts: true, refunds: true, ended: true, arrivals: true, ...read }), isNew: () => false },
      )
    expect(() => reading({ [what]: false })[lookUp](payment())).toThrow('were not read for this input')
    expect(reading({})[lookUp](payment())).toEqual([])
  })

  it('is stopped: the attempts of the row that sums up ended refunds', () => {
    const read = { attempts: true, refunds: true, ended: false, arrivals: true }
    const lookUps = { refundsOf: none, attemptsOf: none, broughtBy: none, returningOf: none }
    const { attemptsOf } = lookUpsOf(lookUps, { readOf: () => read, isNew: () => false })
    const sum = sumRow({ book: 1, payment: payment().id, asset: 'USD', from: [], createdAt: 0 })
    expect(() => attemptsOf(sum)).toThrow('are not read')
  })

  it('is stopped when it runs against the model as well', () => {
    const curious: Machines = {
      ...machines,
      payment: (row, input, context) => {
        if (input.kind === 'outcome') context.refundsOf(row)
        return machines.payment(row, input, context)
      },
    }
    expect(() => createRailsStage(curious, scripts)).toThrow('the refunds of')
    const { balances, open } = createRailsStage(machines, scripts)
    expect([balances(), open()]).toEqual([{ [clearingOf('card')]: -100n, shop: 100n }, []])
  })
})

it('a capture that succeeds reads no other attempts: a payment may have very many captures', () => {
  const outcome = { kind: 'succeeded', railReference: 'r-1', amount: 1n } as const
  expect(rowsFor('capture', { kind: 'outcome', outcome })).toMatchObject({ attempts: false, refunds: false })
})
