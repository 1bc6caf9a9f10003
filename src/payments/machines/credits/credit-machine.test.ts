import { expect, it } from 'vitest'
import { context } from '../../../../test/support/payments-table.ts'
import type { Credit } from '../../credit.ts'
import { type CreditReport, type CreditStep, onCreditReport, settledByHand } from './credit-machine.ts'

const about = { book: 1, rail: 'bank', reference: 'crd-1', asset: 'USD' }
const incoming = (at: number, amount = 90n): CreditReport => ({ ...about, at, said: { kind: 'incoming', amount } })
const retracted = (at: number): CreditReport => ({ ...about, at, said: { kind: 'retracted', why: 'REORG' } })

/** What is in suspense after the reports, and the cases that they opened (+) and resolved (-). */
function play(reports: readonly (CreditReport | 'settle')[]) {
  let known: Credit | undefined
  let suspense = 0n
  const cases: string[] = []
  for (const report of reports) {
    if (report === 'settle') {
      known = known && settledByHand(known)
      continue
    }
    const step = onCreditReport(known, report, context)
    suspense += intoSuspense(step)
    cases.push(...casesOf(step))
    known = step?.credit ?? known
  }
  return { suspense, cases, state: known?.state, booked: known?.transfers.length }
}

function intoSuspense(step: CreditStep | undefined): bigint {
  const legs = (step?.commands ?? []).flatMap((command) => (command.kind === 'create' ? [command] : []))
  return legs.reduce((sum, { destination, amount }) => sum + (destination === 'suspense:USD' ? amount : -amount), 0n)
}

function casesOf(step: CreditStep | undefined): string[] {
  return (step?.cases ?? []).map((one) => `${one.change === 'open' ? '+' : '-'} ${'reason' in one ? one.reason : ''}`)
}

const received = ['+ incoming_credit']
/** An operator may have booked it out of suspense, and has not said so. */
const maybeShort = ['- incoming_credit', '+ credit_retracted']

it.each<[string, (CreditReport | 'settle')[], bigint, string[]]>([
  ['reported twice', [incoming(1), incoming(1)], 90n, ['+ incoming_credit']],
  ['reported later again', [incoming(1), incoming(2)], 90n, ['+ incoming_credit']],
  ['retracted twice', [incoming(1), retracted(2), retracted(2)], 0n, [...received, ...maybeShort]],
  ['retracted at the same time', [incoming(1), retracted(1)], 0n, [...received, ...maybeShort]],
  [
    'reported by an old message after a retraction',
    [incoming(1), retracted(2), incoming(1)],
    0n,
    [...received, ...maybeShort],
  ],
  [
    'received again',
    [incoming(1), retracted(2), incoming(3)],
    90n,
    [...received, ...maybeShort, '- credit_retracted', '+ incoming_credit'],
  ],
  [
    'received again after an operator has made it whole',
    [incoming(1), retracted(2), 'settle', incoming(3), 'settle', retracted(4)],
    0n,
    [...received, ...maybeShort, '- credit_retracted', '+ incoming_credit', '+ credit_retracted'],
  ],
  ['retracted by an old message', [incoming(3), retracted(2)], 90n, ['+ incoming_credit']],
  ['reported in another amount', [incoming(1), incoming(2, 91n)], 90n, ['+ incoming_credit', '+ unmatched_event']],
  ['settled and retracted', [incoming(1), 'settle', retracted(2)], 0n, ['+ incoming_credit', '+ credit_retracted']],
  [
    'settled, retracted and received again',
    [incoming(1), 'settle', retracted(2), incoming(3)],
    90n,
    ['+ incoming_credit', '+ credit_retracted', '- credit_retracted', '+ incoming_credit'],
  ],
  [
    'settled, retracted, made whole and received again',
    [incoming(1), 'settle', retracted(2), 'settle', incoming(3)],
    90n,
    ['+ incoming_credit', '+ credit_retracted', '- credit_retracted', '+ incoming_credit'],
  ],
])('a credit that is %s is booked as the rail has it', (_, reports, suspense, cases) => {
  expect(play(reports)).toMatchObject({ suspense, cases })
})

it('a retraction of a credit that is not known is left to be looked up', () => {
  expect(onCreditReport(undefined, retracted(1), context)).toBeUndefined()
})
