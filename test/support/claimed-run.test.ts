import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { claimRun } from './claimed-run.ts'

const checkout = `claimed-run.test ${process.pid}`

it('two runs of a checkout never have one number, and a released number is given again', async () => {
  const [one, two] = await Promise.all([
    claimRun(checkout, { first: 1, last: 8 }),
    claimRun(checkout, { first: 1, last: 8 }),
  ])
  expect([one?.run, two?.run].sort()).toEqual([1, 2])
  expect(await claimRun(checkout, { first: 1, last: 2 })).toBeUndefined()
  await one?.release()
  const again = await claimRun(checkout, { first: 1, last: 8 })
  expect(again?.run).toBe(one?.run)
  await Promise.all([two?.release(), again?.release()])
})

it('a number is free once the process that had it was killed', async () => {
  const other = `${checkout} killed`
  const child = fork(join(import.meta.dirname, 'programs', 'claim-run.ts'), [other])
  expect(await once(child, 'message')).toEqual([1, undefined])
  expect(await claimRun(other, { first: 1, last: 1 })).toBeUndefined()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const freed = await claimRun(other, { first: 1, last: 1 })
  expect(freed?.run).toBe(1)
  await freed?.release()
})
