import { expect, it } from 'vitest'
import { editVersion, moveVersion, type ScenarioVersion } from '#risk'

const version = (
  number: number,
  state: ScenarioVersion['state'],
  more: Partial<ScenarioVersion> = {},
): ScenarioVersion => ({
  scenario: 'payments',
  version: number,
  state,
  authors: ['ann'],
  ...more,
})
const states = (versions: readonly ScenarioVersion[]) => versions.map(({ state }) => state)
type Move = Parameters<typeof moveVersion>[1]

function moved(versions: readonly ScenarioVersion[], transition: Partial<Move> & Pick<Move, 'version' | 'to'>) {
  const result = moveVersion(versions, { by: 'ann', needsTwo: false, ...transition })
  return result.ok ? result.value : result.refusal.code
}

it('a version goes only where its state leads', () => {
  const all = ['draft', 'shadow', 'live', 'retired'] as const
  const reached = all.map((from) =>
    all.filter((to) => typeof moved([version(1, from)], { version: 1, to }) !== 'string'),
  )
  expect(reached).toEqual([['shadow', 'live', 'retired'], ['live', 'retired'], ['retired'], ['live']])
  expect(moved([version(1, 'live')], { version: 1, to: 'draft' })).toBe('state_not_reachable')
  expect(moved([version(1, 'live')], { version: 2, to: 'retired' })).toBe('version_not_found')
})

it('one version at most is live, and an older one may come back', () => {
  const versions = [version(1, 'live'), version(2, 'shadow'), version(3, 'draft')]
  const published = moved(versions, { version: 2, to: 'live' }) as readonly ScenarioVersion[]
  expect(states(published)).toEqual(['retired', 'live', 'draft'])
  expect(states(moved(published, { version: 1, to: 'live' }) as readonly ScenarioVersion[])).toEqual([
    'live',
    'retired',
    'draft',
  ])
})

it('where two people publish, the second is neither an author nor who proposed it', () => {
  const versions = [version(1, 'live'), version(2, 'draft', { authors: ['ann', 'ben'] })]
  const publish = (list: readonly ScenarioVersion[], by: string) =>
    moved(list, { version: 2, to: 'live', by, needsTwo: true })
  const proposed = publish(versions, 'cem') as readonly ScenarioVersion[]
  expect(proposed).toEqual([versions[0], { ...versions[1], proposedBy: 'cem' }])
  expect(publish(proposed, 'cem')).toBe('second_person_needed')
  expect(publish(proposed, 'ben')).toBe('second_person_needed')
  const published = publish(proposed, 'dan') as readonly ScenarioVersion[]
  expect(states(published)).toEqual(['retired', 'live'])
  expect(published[1]).not.toHaveProperty('proposedBy')
})

it('an edit is of drafts only, makes an author, and voids a proposal', () => {
  const versions = [version(1, 'live'), version(2, 'draft', { proposedBy: 'ann' })]
  const edited = editVersion(versions, { version: 2, by: 'ben' })
  expect(edited.ok && edited.value[1]).toEqual(version(2, 'draft', { authors: ['ann', 'ben'] }))
  expect(editVersion(versions, { version: 1, by: 'ben' })).toMatchObject({ refusal: { code: 'version_not_editable' } })
  expect(editVersion(versions, { version: 3, by: 'ben' })).toMatchObject({ refusal: { code: 'version_not_found' } })
})
