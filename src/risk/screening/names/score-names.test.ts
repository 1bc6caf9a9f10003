import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../../scripts/random.ts'
import { type NameKind, parseName } from './parse-name.ts'
import { scoreNames } from './score-names.ts'
import { Vocabulary } from './token.ts'

function score(one: string, other: string, kind: NameKind = 'person') {
  const vocabulary = new Vocabulary()
  return scoreNames(parseName(one, kind, vocabulary), parseName(other, kind, vocabulary))
}

const alike = 0.75

describe('two names of people', () => {
  it.each([
    ['the order and the comma', 'ROE, Richard', 'Richard Roe'],
    ['marks and case', 'JOSÉ MUÑOZ', 'Jose Munoz'],
    ['apostrophes', "Sa'ad O'Neil", 'Saad ONeil'],
    ['titles', 'Dr. Haji Karim Nazari', 'Karim Nazari'],
    ['one slip', 'Gertrud Wagenknecht', 'Gertrud Wagenkencht'],
    ['the ear', 'Wiktor Zaytsev', 'Viktor Saitsew'],
    ['spellings of one name', 'Mohammed Yousef', 'Muhammad Yusuf'],
    ['pet names', 'Bill Thornton', 'William Thornton'],
    ['initials', 'R. Thornton', 'Robert Thornton'],
    ['initials together', 'JP Martin', 'Jean-Pierre Martin'],
    ['a middle name', 'Robert James Thornton', 'Robert Thornton'],
    ['words written together', 'RobertThornton', 'Robert Thornton'],
    ['words taken apart', 'Robert Thorn ton', 'Robert Thornton'],
    ['servants of God', 'Abd al-Rahman Tariq', 'Abdurrahman Tariq'],
    ['particles', 'Hamid bin Khalid al-Fulani', 'Hamid Khalid Al Fulani'],
    ['Cyrillic', 'Николай Ершов', 'Nikolay Yershov'],
    ['Greek', 'Νίκος Παππάς', 'Nikos Pappas'],
    ['Arabic without vowels', 'سالم ناصر', 'Salim Nasir'],
    ['Korean', '박 철수', 'Pak Cheolsu'],
    ['digits for letters', 'R0bert Th0rnton', 'Robert Thornton'],
  ])('are alike through %s', (_, one, other) => {
    expect(score(one, other).score).toBeGreaterThanOrEqual(alike)
  })

  it.each([
    ['letters of another alphabet that look alike', 'Саrl Сорреr', 'Carl Copper'],
    ['signs that cannot be seen', 'Ro\u200bbert\u202e Thorn\u00adton', 'Robert Thornton'],
    ['stacked marks', 'R\u0300\u0301\u0302obert Thornton', 'Robert Thornton'],
    ['full-width letters', 'Ｒｏｂｅｒｔ Thornton', 'Robert Thornton'],
    ['line breaks and tabs', 'Robert\n\tThornton', 'Robert Thornton'],
  ])('are the same with %s', (_, one, other) => {
    expect(score(one, other).score).toBe(1)
  })

  it.each([
    ['another family name', 'Robert Thornton', 'Robert Whitaker'],
    ['another given name', 'Robert Thornton', 'Gregory Thornton'],
    ['another middle name', 'Robert James Thornton', 'Robert Walter Thornton'],
    ['another initial', 'Robert K. Thornton', 'Robert W. Thornton'],
    ['one word of two', 'Robert', 'Robert Thornton'],
    ['initials alone', 'R. T.', 'Robert Thornton'],
    ['father and child the other way around', 'Salim bin Nasir al-Fulani', 'Nasir bin Salim al-Fulani'],
    ['another sign of three', '박철수', '박철호'],
  ])('are not alike with %s', (_, one, other) => {
    expect(score(one, other).score).toBeLessThan(0.7)
  })

  it('say which words were found in which, and what was deducted', () => {
    const { alignment, deductions } = score('Bill J Thornten', 'Thornton, William')
    expect(alignment.pairings.map(({ likeness }) => likeness).sort()).toEqual(['edited', 'nickname'])
    expect(alignment.leftAlone).toEqual([1])
    expect(deductions.map(({ reason }) => reason)).toEqual(['spelling', 'words_missing'])
  })
})

describe('two names of organizations', () => {
  it.each([
    ['the legal form left out', 'Northwind Traders LLC', 'Northwind Traders'],
    ['the legal form spelled out', 'Northwind Traders Limited Liability Company', 'OOO Northwind Traders'],
    ['dots', 'N.W.T. Shipping S.A.', 'NWT Shipping SA'],
    ['stop words and &', 'The Smith & Wesley Company', 'Smith and Wesley Co.'],
    ['numbers in words', 'First Harbor Bank', '1st Harbor Bank'],
    ['Roman numbers', 'Harbor Fund IV', 'Harbor Fund 4'],
    ['its initials', 'NRF', 'National Revolutionary Forces'],
  ])('are alike through %s', (_, one, other) => {
    expect(score(one, other, 'other').score).toBeGreaterThanOrEqual(alike)
  })

  it.each([
    ['another word', 'Harbor Shipping Ltd', 'Meadow Shipping Ltd'],
    ['a word more', 'Harbor Ltd', 'Harbor Minerals Ltd'],
    ['general words alone', 'Trading Company', 'Harbor Trading Company'],
  ])('are not alike with %s', (_, one, other) => {
    expect(score(one, other, 'other').score).toBeLessThan(0.7)
  })

  it.each([
    ['another legal form', 'Harbor Minerals AG', 'Harbor Minerals GmbH'],
    ['another number', 'Harbor Fund 4', 'Harbor Fund 7'],
  ])('score less with %s, but may be looked at', (_, one, other) => {
    const { score: found } = score(one, other, 'other')
    expect(found).toBeLessThan(0.95)
    expect(found).toBeGreaterThan(0.65)
  })
})

describe('scores', () => {
  it('are 1 for a name and itself, and from 0 to 1 for others', () => {
    const random = createRandom(11)
    const words = 'robert maria bin al abdul li j khan shipping first 2 o ou thornton thorntons'.split(' ')
    for (let round = 0; round < 400; round += 1) {
      const name = () => Array.from({ length: 1 + random.below(5) }, () => random.pick(words)).join(' ')
      const [one, other] = [name(), name()]
      const kind = random.pick<NameKind>(['person', 'other'])
      const there = score(one, other, kind).score
      expect(there).toBeGreaterThanOrEqual(0)
      expect(there).toBeLessThanOrEqual(1)
      const self = parseName(one, kind, new Vocabulary())
      const initialsOnly = kind === 'person' && self.tokens.every(({ text }) => text.length === 1)
      if (!initialsOnly) expect(score(one, one, kind).score).toBe(1)
    }
  })

  it.each([
    ['100,000 letters', 'a'.repeat(100_000)],
    ['thousands of words', 'ab cd ef gh '.repeat(5000)],
    ['thousands of marks', `a${'\u0301'.repeat(50_000)}b c`],
    ['thousands of signs that expand', '\ufdfa'.repeat(20_000)],
    ['thousands of brackets', '('.repeat(50_000)],
    ['halves of signs', '\ud800'.repeat(10_000)],
    ['nothing but invisible signs', '\u200b\u202e'.repeat(10_000)],
    ['spaces', ' '.repeat(100_000)],
  ])('are worked out of a bounded part of %s', (_, text) => {
    for (const kind of ['person', 'other'] as const) {
      const parsed = parseName(text, kind, new Vocabulary())
      expect(parsed.tokens.length).toBeLessThanOrEqual(24)
      expect(Math.max(0, ...parsed.tokens.map(({ text: word }) => word.length))).toBeLessThanOrEqual(60)
      expect(parsed.truncated).toBe(true)
      expect(score(text, `${text} x`, kind).score).toBeLessThanOrEqual(1)
    }
  })
})
