import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createTestDatabase, patience, runProgram, until } from '#testing'
import { openLockSession, takeLock } from '../index.ts'

it('a lock is kept while its process lives, and goes to another one when that is frozen', async () => {
  const test = await createTestDatabase()
  // The holder has to be heard of within this time, also on a busy machine.
  const idleMs = patience(750)
  const holder = runProgram('take-lock', [JSON.stringify(test.connection), 'a lock', `${idleMs}`])
  const other = await openLockSession(test.database, 'other')
  try {
    expect(await holder.line()).toBe('true')
    await sleep(2 * idleMs)
    expect(await takeLock(other, 'a lock')).toBe(false)
    expect(await takeLock(other, 7n)).toBe(true)
    holder.child.kill('SIGSTOP')
    await until(() => takeLock(other, 'a lock'))
  } finally {
    await holder.kill()
    await other.close()
    await test.drop()
  }
})
