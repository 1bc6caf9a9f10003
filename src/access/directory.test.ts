import { expect, it } from 'vitest'
import { createDirectory } from './directory.ts'

type Row = { readonly version: number }

/** Rows that others change, and readings that are answered when the test says so. */
function start() {
  const clock = { nowMs: 0 }
  const rows = new Map<string, Row>([['a', { version: 1 }]])
  const answers: (() => void)[] = []
  const faults: unknown[] = []
  const missing: string[] = []
  const directory = createDirectory<string, Row>({
    nowMs: () => clock.nowMs,
    onFault: (fault) => faults.push(fault),
    onMissing: (id) => missing.push(id),
    readOne: async (id) => {
      const found = rows.get(id)
      await new Promise<void>((resolve) => answers.push(resolve))
      if (found?.version === 0) throw new Error('away')
      return found
    },
  })
  const answer = () => {
    for (const one of answers.splice(0)) one()
  }
  const read = async (id = 'a') => {
    const reading = directory.find(id)
    answer()
    return reading
  }
  return { clock, rows, answers, answer, faults, missing, directory, read }
}

it('trusts a row for ten seconds, and after five reads it again once for all', async () => {
  const { clock, rows, answers, answer, directory, read } = start()
  expect(await read()).toEqual({ version: 1 })
  rows.set('a', { version: 2 })
  clock.nowMs = 5_000
  expect(directory.find('a')).toEqual({ version: 1 })
  expect(answers).toHaveLength(0)
  clock.nowMs = 5_001
  for (const _ of [1, 2, 3]) expect(directory.find('a')).toEqual({ version: 1 })
  expect(answers).toHaveLength(1)
  answer()
  await expect.poll(() => directory.find('a')).toEqual({ version: 2 })
  clock.nowMs = 15_001
  expect(directory.trusted('a')).toBeUndefined()
  expect([directory.find('a'), directory.isReading('a')]).toEqual([expect.any(Promise), true])
})

it('trusts a row until ten seconds after its last reading, while no later one succeeds', async () => {
  const { clock, rows, answer, faults, directory, read } = start()
  await read()
  rows.set('a', { version: 0 })
  for (const nowMs of [6_000, 7_000]) {
    clock.nowMs = nowMs
    expect(directory.find('a')).toEqual({ version: 1 })
    answer()
    await expect.poll(() => faults.splice(0)).toHaveLength(1)
  }
  clock.nowMs = 10_000
  await expect(read()).rejects.toThrow('away')
  rows.delete('a')
  expect(await read()).toBeUndefined()
})

it('keeps neither what was read before a change here, nor what was read before it had to forget', async () => {
  const { answer, missing, directory, read } = start()
  const late = directory.find('a')
  directory.changed('a', { version: 3 })
  answer()
  expect([await late, directory.find('a')]).toEqual([{ version: 1 }, { version: 3 }])
  directory.changed('a', undefined)
  const other = directory.find('a')
  const lost = directory.find('none')
  directory.forget()
  answer()
  expect([await other, await lost, directory.lastKnown('a'), missing]).toEqual([
    { version: 1 },
    undefined,
    undefined,
    [],
  ])
  expect([await read(), await read('none'), missing]).toEqual([{ version: 1 }, undefined, ['none']])
  directory.forget()
  expect([directory.trusted('a'), directory.lastKnown('a')]).toEqual([undefined, { version: 1 }])
})

it('learns many at once, except what was read since', async () => {
  const { clock, directory } = start()
  const many = Promise.withResolvers<readonly (readonly [string, Row])[]>()
  const learning = directory.learn(() => many.promise)
  clock.nowMs = 1
  directory.changed('a', { version: 9 })
  many.resolve([
    ['a', { version: 1 }],
    ['b', { version: 1 }],
  ])
  await learning
  expect([directory.trusted('a'), directory.trusted('b')]).toEqual([{ version: 9 }, { version: 1 }])
})
