import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { stuckReasons } from '../machine.ts'
import { allowedActions, isOverdue, outcomesOf, overdueAfterSeconds } from './stuck-rules.ts'

const page = readFileSync(new URL('../../../docs/operating/stuck.md', import.meta.url), 'utf8')

const open = { isDeciding: false, resolvedAt: undefined, subject: { kind: 'payment' } } as const

it('every reason has a section for people that names each decision it offers', () => {
  const sections = new Map(
    page
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section]),
  )
  expect([...sections.keys()]).toEqual([...stuckReasons])
  for (const reason of stuckReasons) {
    const decisions = allowedActions({ ...open, reason }).filter((action) => !['reassign', 'note'].includes(action))
    expect(decisions).not.toEqual([])
    for (const decision of decisions) expect(sections.get(reason)).toContain(`\`${decision}\``)
  }
})

it('the page says after how long each is overdue', () => {
  const hours = [...page.matchAll(/^\| `(\w+)` \| (\d+) hours? \|$/gm)].map(([, reason, count]) => [
    reason,
    Number(count),
  ])
  expect(hours).toEqual(stuckReasons.map((reason) => [reason, overdueAfterSeconds(reason) / 3600]))
})

it.each(stuckReasons)('%s: an outcome can be stated exactly when force is offered', (reason) => {
  expect(allowedActions({ ...open, reason }).includes('force')).toBe(outcomesOf({ ...open, reason }).length > 0)
})

it('what may have happened is never tried again, and what did not happen is not inquired', () => {
  expect(allowedActions({ ...open, reason: 'outcome_unknown' })).not.toContain('retry')
  expect(allowedActions({ ...open, reason: 'rail_unavailable' })).not.toContain('inquire')
})

it('only a payment has something to be given back', () => {
  const asked = { ...open, reason: 'wrong_amount' } as const
  expect(allowedActions(asked)).toContain('reverse')
  for (const kind of ['capture', 'refund', 'payout'] as const) {
    expect(allowedActions({ ...asked, subject: { kind } })).not.toContain('reverse')
  }
})

it('a refund or payout that is booked in another amount is accepted, or denied by its rail first', () => {
  const asked = { reason: 'wrong_amount' } as const
  for (const kind of ['refund', 'payout'] as const) {
    expect(outcomesOf({ ...asked, subject: { kind } })).toEqual(['succeeded'])
  }
  expect(outcomesOf({ ...asked, subject: { kind: 'payment' } })).toEqual(['succeeded', 'failed'])
})

it('is overdue once it is older than its reason allows, and never after its end', () => {
  const entry = { reason: 'outcome_unknown', ageSeconds: 3600, resolvedAt: undefined } as const
  expect(isOverdue(entry)).toBe(false)
  expect(isOverdue({ ...entry, ageSeconds: 3601 })).toBe(true)
  expect(isOverdue({ ...entry, ageSeconds: 3601, resolvedAt: 1 })).toBe(false)
})
