import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type CaseReason, caseReasons } from '../machine.ts'
import { paymentsQueue } from './queue.ts'

const page = readFileSync(new URL('../../../docs/operating/cases.md', import.meta.url), 'utf8')
const { actionsOn, outcomesOf, reasons } = paymentsQueue
const kind = 'payment'

it('every reason has a section for operators that names each of its actions', () => {
  const sections = new Map(
    page
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section]),
  )
  expect([...sections.keys()]).toEqual([...caseReasons])
  for (const reason of caseReasons) {
    const actions = actionsOn({ reason, kind })
    expect(actions).not.toEqual([])
    for (const action of actions) expect(sections.get(reason)).toContain(`\`${action}\``)
  }
})

it('the page names when each reason becomes overdue', () => {
  const hours = [...page.matchAll(/^\| `(\w+)` \| (\d+) hours? \|$/gm)].map(([, reason, count]) => [
    reason,
    Number(count),
  ])
  expect(hours).toEqual(caseReasons.map((reason) => [reason, reasons[reason].dueWithinSeconds / 3600]))
})

it.each(caseReasons)('%s: an outcome can be stated exactly when force is allowed', (reason) => {
  expect(actionsOn({ reason, kind }).includes('force')).toBe(outcomesOf({ reason, kind }).length > 0)
})

it('an operation that may have happened is never retried, and one that did not is never inquired', () => {
  expect(actionsOn({ reason: 'outcome_unknown', kind })).not.toContain('retry')
  expect(actionsOn({ reason: 'rail_unavailable', kind })).not.toContain('inquire')
})

it('only a case of a payment offers to reverse', () => {
  expect(actionsOn({ reason: 'wrong_amount', kind })).toContain('reverse')
  for (const other of ['capture', 'refund', 'payout'] as const) {
    expect(actionsOn({ reason: 'wrong_amount', kind: other })).not.toContain('reverse')
  }
})

it('a case of a saga offers no inquiry, as it has no rail', () => {
  expect(actionsOn({ reason: 'compensation_failed', kind: 'saga' })).toEqual(['retry', 'force'])
})

it('a refund or payout booked in another amount is accepted, or fails only after its rail denies it', () => {
  for (const other of ['refund', 'payout'] as const) {
    expect(outcomesOf({ reason: 'wrong_amount', kind: other })).toEqual(['succeeded'])
  }
  expect(outcomesOf({ reason: 'wrong_amount', kind })).toEqual(['succeeded', 'failed'])
})

it('a reason that only a newer process knows allows no action on the subject', () => {
  const state = { reason: 'newer' as CaseReason, kind } as const
  expect([actionsOn(state), outcomesOf(state)]).toEqual([[], []])
})
