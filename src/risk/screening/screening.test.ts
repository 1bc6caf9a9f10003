import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../scripts/random.ts'
import { at, entries, ofacOf, screeningOf } from '../../../test/support/sanctions-lists.ts'
import { ListFileError } from './files/list-file.ts'
import { readSubjects, screenFile } from './screen-file.ts'
import { ListsShrankError, Screening, type Snapshot, search } from './screening.ts'
import { candidatesMax, hitsMax } from './search/search.ts'
import type { ScreeningSubject } from './subject.ts'

describe('a search', () => {
  const { snapshot } = screeningOf(entries)
  const find = (subject: ScreeningSubject, options = at()) => search(snapshot, subject, options)

  it('finds names in other spellings and scripts, and explains the score by words', () => {
    const { hits, version, incomplete } = find({ names: ['Bob Jams Thornten'] })
    expect(version).toBe(snapshot.version.id)
    expect(incomplete).toBe(false)
    expect(hits).toHaveLength(1)
    expect(hits[0]).toMatchObject({
      entity: 'ofac:1',
      by: 'name',
      name: {
        listedName: 'THORNTON, Robert James',
        subjectOnly: [],
        listedOnly: [],
        deductions: [{ reason: 'spelling' }],
      },
    })
    expect(hits[0]?.name?.words).toEqual([
      { subject: 'bob', listed: 'robert', likeness: 'nickname', similarity: expect.any(Number) },
      { subject: 'jams', listed: 'james', likeness: 'edited', similarity: expect.any(Number) },
      { subject: 'thornten', listed: 'thornton', likeness: 'edited', similarity: expect.any(Number) },
    ])
    expect(JSON.parse(JSON.stringify(hits))).toEqual(hits)
    for (const name of [
      'Роберт Торнтон',
      'RobertJames Thornton',
      'James Thorn ton',
      'Robert Thorkton',
      'Thornton Robert',
      'Abdurrahman Fulani',
      'northwind traders',
    ]) {
      expect(find({ names: [name] }).hits.length, name).toBeGreaterThan(0)
    }
    expect(find({ names: ['Gregory Whitaker', 'Robert Whitaker', 'R', 'x', '', '()'] }).hits).toEqual([])
  })

  it('looks for the kind that is asked for', () => {
    expect(find({ names: ['Northwind Star'], kind: 'vessel' }).hits.map(({ entity }) => entity)).toEqual(['ofac:3'])
    expect(find({ names: ['Northwind Star'], kind: 'person' }).hits).toEqual([])
    expect(find({ names: [], identifiers: ['9362073'], kind: 'person' }).hits).toEqual([])
  })

  it('finds identifiers exactly, however they are written', () => {
    for (const identifier of ['a-123 45.67', 'A1234567']) {
      expect(find({ names: ['Somebody'], identifiers: [identifier] }).hits).toMatchObject([
        { entity: 'ofac:1', by: 'identifier', score: 1, identifiers: [{ kind: 'Passport', value: 'A1234567' }] },
      ])
    }
    expect(find({ names: [], identifiers: ['A1234568', '9BAC', ''] }).hits).toEqual([])
    expect(find({ names: [], identifiers: ['9bac'], kind: 'vessel' }).hits).toMatchObject([{ entity: 'ofac:3' }])
  })

  it('weighs dates of birth and countries for and against', () => {
    const scoreOf = (facts: Partial<ScreeningSubject>) =>
      find({ names: ['Robert Thornten'], ...facts }, at(0.65)).hits[0]
    const plain = scoreOf({})?.score ?? 0
    expect(scoreOf({ births: ['1966'] })?.score).toBeGreaterThan(plain)
    expect(scoreOf({ births: ['1950-01-01'] })?.score).toBeLessThan(plain)
    expect(scoreOf({ births: ['1967-03'] })?.score).toBe(plain)
    expect(scoreOf({ countries: ['MX'] })?.evidence).toEqual([
      { field: 'country', verdict: 'for', subject: ['MX'], listed: ['MX', 'PA'] },
    ])
    expect(scoreOf({ countries: ['Japan'] })?.score).toBeLessThan(plain)
    expect(find({ names: ['Silver Fox'] }).hits[0]?.evidence[0]).toMatchObject({
      field: 'weak_name',
      verdict: 'against',
    })
  })

  it('shows what the search of OFAC would show, when that is asked for', () => {
    expect(find({ names: ['THORNTON'] }).hits).toEqual([])
    const [hit] = search(snapshot, { names: ['THORNTON'] }, { threshold: 0.75, ofacThreshold: 90 }).hits
    expect(hit).toMatchObject({ entity: 'ofac:1', ofacScore: 100 })
  })

  it('says that it is incomplete', () => {
    const many = Array.from({ length: candidatesMax + 5 }, (_, number) => ({
      number: number + 1,
      name: 'DOE, John',
      kind: 'individual' as const,
    }))
    const result = search(screeningOf(many).snapshot, { names: ['John Doe'] }, at())
    expect(result.incomplete).toBe(true)
    expect(result.hits).toHaveLength(hitsMax)
    expect(find({ names: Array.from({ length: 17 }, (_, number) => `Name ${number}`) }).incomplete).toBe(true)
    for (const name of [
      'word '.repeat(100_000),
      `${"'".repeat(1000)}Robert Thornton`,
      '\u200b'.repeat(1000),
      '🙂',
      '',
    ]) {
      expect(find({ names: [name] }).incomplete).toBe(true)
    }
    expect(find({ names: ['Nobody Known'] }).incomplete).toBe(false)
  })
})

describe('a new version', () => {
  it('replaces the old one in one step, and a search keeps the one it began with', () => {
    const { screening, snapshot } = screeningOf(entries)
    const next = entries.filter(({ number }) => number !== 2).concat({ number: 5, name: 'MEADOW MINERALS LTD.' })
    const steps = screening.prepare({ ofac: ofacOf(next) })
    let prepared: Snapshot | undefined
    for (let step = steps.next(); prepared === undefined; step = steps.next()) {
      expect(screening.current).toBe(snapshot)
      expect(search(screening.current!, { names: ['Meadow Minerals'] }, at()).hits).toEqual([])
      if (step.done === true) prepared = step.value
    }
    const delta = screening.replace(prepared, { removedShareMax: 1 })
    expect(delta).toMatchObject({
      from: snapshot.version.id,
      to: prepared.version.id,
      added: [{ id: 'ofac:5' }],
      removed: [{ id: 'ofac:2' }],
      changed: [],
    })
    expect(search(screening.current!, { names: ['Meadow Minerals'] }, at()).version).toBe(prepared.version.id)
    expect(search(snapshot, { names: ['Northwind Traders'] }, at())).toMatchObject({
      version: snapshot.version.id,
      hits: [{ entity: 'ofac:2' }],
    })
  })

  it('has the same id for the same content, and another one for any change', () => {
    const { snapshot } = screeningOf(entries)
    expect(screeningOf(entries).snapshot.version.id).toBe(snapshot.version.id)
    const changed = entries.map((entry) => (entry.number === 3 ? { ...entry, others: ['OLD STAR'] } : entry))
    const { screening } = screeningOf(entries)
    const delta = screening.load({ ofac: ofacOf(changed) })
    expect(delta).toMatchObject({
      added: [],
      removed: [],
      changed: [{ before: { id: 'ofac:3' }, after: { id: 'ofac:3' } }],
    })
    expect(screening.current?.version.id).not.toBe(snapshot.version.id)
  })

  it('that is not understood leaves the old one', () => {
    const { screening, snapshot } = screeningOf(entries)
    const broken = { ...ofacOf(entries), alt: { name: 'alt.csv', content: '1,2,"aka"' } }
    expect(() => screening.load({ ofac: broken })).toThrow(ListFileError)
    expect(screening.current).toBe(snapshot)
  })

  it('that lacks too many entries is not taken unless it is allowed', () => {
    const { screening, snapshot } = screeningOf(entries)
    const few = ofacOf(entries.slice(0, 2))
    expect(() => screening.load({ ofac: few })).toThrow(ListsShrankError)
    expect(screening.current).toBe(snapshot)
    screening.load({ ofac: few }, { removedShareMax: 0.5 })
    expect(screening.current?.entities).toHaveLength(2)
  })

  it('of one list keeps the other', () => {
    const { screening } = screeningOf(entries)
    const content =
      '<CONSOLIDATED_LIST><ENTITIES><ENTITY><DATAID>1</DATAID><FIRST_NAME>Blue Meadow Front</FIRST_NAME></ENTITY></ENTITIES></CONSOLIDATED_LIST>'
    screening.load({ un: { name: 'un.xml', content } })
    expect(screening.current?.version.lists.map(({ list, entities: count }) => [list, count])).toEqual([
      ['ofac', 4],
      ['un', 1],
    ])
    expect(search(screening.current!, { names: ['Blue Meadow Front'] }, at()).hits).toMatchObject([
      { entity: 'un:1', score: 1 },
    ])
  })
})

describe('a file of subjects', () => {
  const { snapshot } = screeningOf(entries)
  const file = (content: string) => ({ name: 'parties.csv', content })

  it('is screened row by row against one version', () => {
    const rows = [
      ...screenFile(
        snapshot,
        file('id,names,kind,births\na,"Thornton, Robert; Bobby Thorne",person,1966-09-08\nb,Nobody Known,,\n'),
        at(),
      ),
    ]
    expect(rows).toMatchObject([
      {
        line: 2,
        id: 'a',
        subject: { names: ['Thornton, Robert', 'Bobby Thorne'] },
        result: { version: snapshot.version.id, hits: [{ entity: 'ofac:1' }] },
      },
      { line: 3, id: 'b', result: { hits: [] } },
    ])
  })

  it.each([
    ['an unknown column', 'id,names,shoe\n', 'parties.csv:1: "shoe" is no column'],
    ['a missing column', 'id,kind\n', 'parties.csv:1: the column names is missing'],
    ['a column twice', 'id,names,id\n', 'parties.csv:1: a column is there twice'],
    ['a row without a name', 'id,names\na,x\nb,\n', 'parties.csv:3: there is no name'],
    ['a row without an id', 'id,names\n,x\n', 'parties.csv:2: the id is empty'],
    ['an unknown kind', 'id,names,kind\na,x,ghost\n', 'parties.csv:2: "ghost" is no kind'],
  ])('is refused for %s', (_, content, message) => {
    expect(() => readSubjects(file(content))).toThrow(message)
  })
})

describe('the published lists', () => {
  it('are read, and each entry is found by its own names', ({ skip }) => {
    const folder = process.env.MUNIM_SANCTIONS_LISTS ?? ''
    if (!existsSync(join(folder, 'sdn.csv'))) skip('MUNIM_SANCTIONS_LISTS names no folder with the published files')
    const read = (name: string) => ({ name, content: readFileSync(join(folder, name)) })
    const screening = new Screening()
    screening.load({
      ofac: { sdn: read('sdn.csv'), alt: read('alt.csv'), add: read('add.csv') },
      un: read('UN_consolidated.xml'),
    })
    const snapshot = screening.current!
    const random = createRandom(3)
    for (let round = 0; round < 500; round += 1) {
      const entity = random.pick(snapshot.entities)
      const { hits, incomplete } = search(snapshot, { names: [entity.names[0]?.text ?? ''] }, at())
      expect(incomplete || hits.some((hit) => hit.entity === entity.id), entity.names[0]?.text).toBe(true)
    }
  })
})
