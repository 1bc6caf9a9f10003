import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createProgressBar } from './progress.ts'

it('neither a note nor the words beside a bar do anything to the terminal', () => {
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 200 })
  const bar = createProgressBar({ stdout: new PassThrough(), stderr }, () => 0)
  bar.show({ done: 1, total: 2 }, 'balances\u001b]0;title\u0007')
  bar.note('waiting: \u001b[2J\nmunim: done')
  const shown = String(stderr.read())
  expect(shown).toContain(String.raw`50% balances\x1b]0;title\x07`)
  expect(shown).toContain(String.raw`waiting: \x1b[2J\nmunim: done`)
  expect(shown.match(/\n/g)).toHaveLength(1)
})
