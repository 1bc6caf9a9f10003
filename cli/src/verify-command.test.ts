import { expect, it } from 'vitest'
import { formatReport } from './verify-command.ts'

it('a finding is one line that does nothing to the terminal', () => {
  const findings = ['the account \u001b[2J\nok     conserved']
  const checks = [{ name: 'conserved', ok: false, checked: 1234, findings }]
  const report = formatReport({ isTTY: false }, { ok: false, seconds: 1, unsealed: 0, head: null, checks })
  expect(report).toBe(
    [
      'WRONG  conserved (1,234 checked)',
      String.raw`       - the account \x1b[2J\nok     conserved`,
      'The books are NOT in order: 1 of 1 checks failed (1.0 s).',
      '',
    ].join('\n'),
  )
})
