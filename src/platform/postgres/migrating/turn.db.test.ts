import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createTestDatabase, runProgram, until } from '#testing'
import { openTurnSession, takeTurn } from '../index.ts'

it('a lock is kept while its process lives, and goes to another one when that is frozen', async () => {
  const test = await createTestDatabase()
  const idleMs = 3_000
  const holder = runProgram('take-turn', [JSON.stringify(test.connection), 'a turn', `${idleMs}`])
  const other = await openTurnSession(test.database, 'other')
  try {
    expect(await holder.line()).toBe('true')
    await sleep(2 * idleMs)
    expect(await takeTurn(other, 'a turn')).toBe(false)
    expect(await takeTurn(other, 7n)).toBe(true)
    holder.child.kill('SIGSTOP')
    await until(() => takeTurn(other, 'a turn'))
  } finally {
    await holder.kill()
    await other.close()
    await test.drop()
  }
})
