import { expect, it } from 'vitest'
import { missingApis, spokenApis, versionOf } from './spoken-apis.ts'

const offered = spokenApis.map((name) => ({ name, minVersion: 0, maxVersion: 99 }))

it('finds a version that both sides speak', () => {
  expect(missingApis(offered)).toEqual([])
  expect(versionOf('OffsetCommit', offered)).toBe(9)
  expect(versionOf('OffsetCommit', [{ name: 'OffsetCommit', minVersion: 1, maxVersion: 8 }])).toBe(8)
  expect(versionOf('OffsetCommit', [])).toBeUndefined()
})

it('names the requests that a broker is too old or too new for, or does not know', () => {
  const old = { Fetch: { minVersion: 0, maxVersion: 3 }, Produce: { minVersion: 98, maxVersion: 99 } }
  const some = offered
    .filter(({ name }) => name !== 'JoinGroup')
    .map((api) => ({ ...api, ...old[api.name as keyof typeof old] }))
  expect(missingApis(some)).toEqual(['Produce', 'Fetch', 'JoinGroup'])
})
