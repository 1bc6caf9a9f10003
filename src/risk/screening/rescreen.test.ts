import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../scripts/random.ts'
import { at, type Entry, entries, ofacOf, screeningOf } from '../../../test/support/sanctions-lists.ts'
import { clearPair, defaultThresholds, outcomeOf, standings } from './clearances.ts'
import { createRescreening } from './rescreen.ts'
import { type Snapshot, search } from './screening.ts'
import type { ScreeningSubject } from './subject.ts'

describe('rescreening by what differs', () => {
  const words =
    'robert thornton maria whitaker li chen yusuf omar harbor shipping meadow minerals group north star'.split(' ')

  function randomEntry(random: ReturnType<typeof createRandom>, number: number): Entry {
    const name = () => Array.from({ length: 1 + random.below(3) }, () => random.pick(words)).join(' ')
    const kind = random.chance(0.6) ? ('individual' as const) : undefined
    const others = Array.from({ length: random.below(3) }, name)
    return {
      number,
      name: name(),
      ...(kind && { kind }),
      others,
      remarks: `DOB ${1950 + random.below(40)}; Passport P${10_000 + random.below(30)}`,
    }
  }

  it.each([1, 2, 3, 4, 5, 6])('gives what a search of the whole new version gives (seed %d)', (seed) => {
    const random = createRandom(seed)
    let list = Array.from({ length: 60 }, (_, at) => randomEntry(random, at + 1))
    const { screening } = screeningOf(list)
    const subjects = Array.from({ length: 40 }, (): ScreeningSubject => {
      const { name, others = [] } = randomEntry(random, 0)
      return {
        names: [name, ...others],
        births: [String(1950 + random.below(40))],
        identifiers: [`P${10_000 + random.below(30)}`],
      }
    })
    let results = subjects.map((subject) => search(screening.current!, subject, at()))
    for (let round = 0; round < 5; round += 1) {
      list = list.flatMap((entry) => {
        if (random.chance(0.08)) return []
        return random.chance(0.1) ? [randomEntry(random, entry.number)] : [entry]
      })
      for (let more = random.below(6); more > 0; more -= 1) list.push(randomEntry(random, 1000 + round * 10 + more))
      const delta = screening.load({ ofac: ofacOf(list) }, { removedShareMax: 1 })!
      const rescreen = createRescreening(delta, screening.current!)
      results = subjects.map((subject, place) => {
        const before = results[place]!
        const { result, opened, closed, whole } = rescreen({ subject, result: before })
        const expected = search(screening.current!, subject, at())
        expect(result).toEqual(expected)
        expect(whole).toBe(false)
        const ids = new Set(expected.hits.map(({ entity }) => entity))
        expect(closed).toEqual(before.hits.map(({ entity }) => entity).filter((entity) => !ids.has(entity)))
        expect(opened.every((hit) => ids.has(hit.entity))).toBe(true)
        return result
      })
    }
  })

  it('names the first of equally like names, whatever else is in the lists', () => {
    const roe: Entry = { number: 7, name: 'ROE, Mariah', kind: 'individual', others: ['ROE, Marhia'] }
    const other: Entry = { number: 1, name: 'ZED, Marhia', kind: 'individual' }
    for (const list of [[roe], [other, roe]]) {
      const [hit] = search(screeningOf(list).snapshot, { names: ['Maria Roe'] }, at()).hits
      expect(hit?.name?.listedName).toBe('ROE, Mariah')
    }
  })

  it('searches the whole for results of another version, or that are incomplete', () => {
    const { screening, snapshot } = screeningOf(entries)
    const old = search(snapshot, { names: ['Northwind Traders'] }, at())
    const delta = screening.load({ ofac: ofacOf([...entries, { number: 9, name: 'NORTHWIND TRADERS GMBH' }]) })!
    const rescreen = createRescreening(delta, screening.current!)
    const subject = { names: ['Northwind Traders'] }
    expect(rescreen({ subject, result: old })).toMatchObject({
      whole: false,
      opened: [{ entity: 'ofac:9' }],
      closed: [],
    })
    expect(rescreen({ subject, result: { ...old, version: 'other' } }).whole).toBe(true)
    expect(rescreen({ subject, result: { ...old, incomplete: true } }).whole).toBe(true)
  })
})

describe('a cleared pair', () => {
  const { snapshot } = screeningOf(entries)
  const subject: ScreeningSubject = { names: ['Robert Thornton'], births: ['1966'] }
  const { hits } = search(snapshot, subject, at())
  const until = 1000
  const clearance = clearPair(snapshot, { subject, entity: 'ofac:1', until })!
  const stands = (change: {
    readonly subject?: ScreeningSubject
    readonly now?: number
    readonly snapshot?: Snapshot
  }) => standings({ snapshot, subject, now: 1, ...change, clearances: [clearance] }, hits)

  it('holds for its time, and until either side changes', () => {
    expect(stands({})).toEqual([{ state: 'cleared', until }])
    expect(stands({ now: until })).toEqual([{ state: 'reopened', because: 'expired' }])
    expect(stands({ subject: { ...subject, births: ['1967'] } })).toEqual([
      { state: 'reopened', because: 'subject_changed' },
    ])
    const changed = screeningOf(entries.map((entry) => ({ ...entry, remarks: 'DOB 1990' }))).snapshot
    expect(stands({ snapshot: changed })).toEqual([{ state: 'reopened', because: 'entity_changed' }])
    expect(clearPair(snapshot, { subject, entity: 'ofac:77', until })).toBeUndefined()
  })

  it('takes the hit out of the outcome', () => {
    const found = { hits, incomplete: false }
    expect(outcomeOf(found, stands({}), defaultThresholds)).toBe('clear')
    expect(outcomeOf(found, [], { review: 0.75, block: 0.8 })).toBe('block')
    expect(outcomeOf(found, [], { review: 0.75, block: 1 })).toBe('review')
    expect(outcomeOf({ hits: [], incomplete: true }, [], defaultThresholds)).toBe('review')
  })
})
