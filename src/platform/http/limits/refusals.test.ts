import { expect, it } from 'vitest'
import { createRefusals } from './refusals.ts'

it('refuses a few requests in a round of the event loop, and those of others between those of one sender', async () => {
  const refused: string[] = []
  const refuse = createRefusals(({ sender }) => refused.push(sender.sender))
  const send = (sender: string, group: number) => refuse({ sender: { group, sender } }, new Error('malformed'))
  for (let each = 0; each < 100; each += 1) send('greedy', 1)
  send('modest', 2)
  expect(refused).toEqual([])
  await new Promise(setImmediate)
  expect(refused.length).toBeLessThanOrEqual(8)
  expect(refused).toContain('modest')
  while (refused.length < 101) await new Promise(setImmediate)
})
