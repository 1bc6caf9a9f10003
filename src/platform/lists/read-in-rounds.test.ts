import { expect, it } from 'vitest'
import { idCursor } from './cursor.ts'
import { answerPage, type Page, pageToJson, toPage } from './page.ts'
import { readInRounds } from './read-in-rounds.ts'

const rounds = [4, 8, 16]
const roundsMs = 60_000

/** Lists the numbers below the cursor, newest first, of which `isMatch`. */
async function read(limit: number, isMatch: (n: number) => boolean, cursor = 1000) {
  const scans: { readonly cursor: number | undefined; readonly wanted: number; readonly round: number }[] = []
  const page = await readInRounds({
    ...{ limit, cursor, rounds, roundsMs },
    cursorOf: (n: number) => n,
    scan: async (from) => {
      scans.push(from)
      const top = from.cursor ?? 0
      const scanned = Array.from({ length: Math.min(from.round, top) }, (_, place) => top - 1 - place)
      const items = scanned.filter(isMatch).slice(0, from.wanted)
      return { items, reached: scanned.length < from.round ? undefined : scanned.at(-1) }
    },
  })
  return { page, scans }
}

it('a page that is full after the first round needs no other', async () => {
  const { page, scans } = await read(2, () => true)
  expect(page).toEqual({ items: [999, 998], next: 998 })
  expect(scans).toEqual([{ cursor: 1000, wanted: 3, round: 4 }])
})

it('a page whose list ends has no next one, even when it is just full', async () => {
  expect((await read(3, () => true, 3)).page).toEqual({ items: [2, 1, 0], next: undefined })
  expect((await read(3, () => true, 0)).page).toEqual({ items: [], next: undefined })
})

it('rounds go on where the one before stopped, and want what is still missing', async () => {
  const { page, scans } = await read(2, (n) => n % 5 === 0)
  expect(scans[1]).toEqual({ cursor: 996, wanted: 3, round: 8 })
  expect(page).toEqual({ items: [995, 990], next: 990 })
})

it('a page that is not full after all rounds is short, and its next one goes on where they stopped', async () => {
  const { page, scans } = await read(2, (n) => n === 10)
  expect(scans).toHaveLength(3)
  expect(page).toEqual({ items: [], next: 1000 - 4 - 8 - 16 })
  const found: number[] = []
  for (let next: number | undefined = 1000; next !== undefined; ) {
    const one: Page<number, number> = (await read(2, (n) => n % 300 === 10, next)).page
    found.push(...one.items)
    next = one.next
  }
  expect(found).toEqual([910, 610, 310, 10])
})

it('a page has at most its limit of items, and a next one when more were found', () => {
  const numberOf = (n: number) => n
  expect(toPage([3, 2, 1], 2, numberOf)).toEqual({ items: [3, 2], next: 2 })
  expect(toPage([3, 2], 2, numberOf)).toEqual({ items: [3, 2], next: undefined })
  expect(toPage([], 2, numberOf)).toEqual({ items: [], next: undefined })
})

it('a page is answered alike from objects and from text', () => {
  const id = '0'.repeat(32)
  for (const next of [undefined, id]) {
    const page = { items: [1, 2], next }
    const { body, status } = answerPage(page, idCursor, (n) => ({ n }))
    expect(answerPage(page, idCursor, (n) => `{"n":${n}}`)).toEqual({ body, status })
    expect(JSON.parse(body)).toEqual(pageToJson(page, idCursor, (n) => ({ n })))
    expect(JSON.parse(body)).toEqual({
      data: [{ n: 1 }, { n: 2 }],
      has_more: next !== undefined,
      next_cursor: next === undefined ? null : idCursor.write(next),
    })
  }
})
