import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UnreadableRequest } from '../invalid-request.ts'
import { bodyValuesMax, itemBytesMax, itemValuesMax, outsideBytesMax, readBody, sliceBytes } from './body-slices.ts'
import { parseJsonBody } from './json-body.ts'

/** The value of a body and the number of pieces that it is read in; or the code and the place of its refusal. */
function read(body: string): { value: unknown; pieces: number } | { code: string; param: string | undefined } {
  const reading = readBody(Buffer.from(body))
  try {
    for (let pieces = 1; ; pieces += 1) {
      const { done, value } = reading.next()
      if (done === true) return { value, pieces }
    }
  } catch (error) {
    if (!(error instanceof UnreadableRequest)) throw error
    return { code: error.code, param: error.param }
  }
}

const filling = 'x'.repeat(1_000)
const items = (count: number, item: (index: number) => unknown = (index) => ({ index, filling })) =>
  Array.from({ length: count }, (_, index) => item(index))
const batch = (list: readonly unknown[]) => JSON.stringify({ atomic: true, transfers: list, note: 'after' })

describe('readBody', () => {
  it('reads a batch in pieces, and other bodies at once', () => {
    const list = items(1_000)
    const answer = read(batch(list))
    expect(answer).toMatchObject({ value: { atomic: true, transfers: list, note: 'after' } })
    expect('pieces' in answer && answer.pieces).toBeGreaterThan(10)
    expect(read('{"a":[1,2]}')).toEqual({ value: { a: [1, 2] }, pieces: 1 })
    expect(read(JSON.stringify([filling.repeat(100)]))).toEqual({ value: [filling.repeat(100)], pieces: 2 })
  })

  it('reads a body in pieces as the same value as in one piece', () => {
    const wide = fc.string({ unit: 'grapheme', minLength: 0, maxLength: 40 })
    const value = fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.stringify(json).replaceAll('__proto__', 'proto'))
    const body = fc.record({
      before: fc.array(fc.tuple(wide, value), { maxLength: 3 }),
      name: wide,
      list: fc.array(value, { minLength: 1, maxLength: 12 }),
      blanks: fc.constantFrom('', ' ', '\n\t'),
    })
    fc.assert(
      fc.property(body, ({ before, name, list, blanks }) => {
        const fields = before.filter(([key], at) => key !== name && before.findIndex(([k]) => k === key) === at)
        const long = `${blanks},${JSON.stringify(filling.repeat(30))},${blanks}`
        const parts = fields.map(([key, json]) => `${JSON.stringify(key)}:${json}`)
        const text = `${blanks}{${[...parts, `${JSON.stringify(name)}:[${list.join(long)}${blanks}]`].join(',')}}${blanks}`
        let whole: unknown
        try {
          whole = parseJsonBody(Buffer.from(text))
        } catch (error) {
          if (!(error instanceof UnreadableRequest)) throw error
          expect(read(text)).toMatchObject({ code: error.code })
          return
        }
        expect(read(text)).toMatchObject({ value: whole })
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    ['nothing between two commas', '"a":1},,{"a":1'],
    ['blanks between two commas', `"a":1},${' '.repeat(2 * sliceBytes)},{"a":1`],
    ['the wrong bracket', '"a":1],{"a":1'],
    ['a bracket too many', '"a":1}],[{"a":1'],
  ])('refuses %s within a list', (_, middle) => {
    const list = JSON.stringify(items(200)).slice(1, -1)
    expect(read(`{"transfers":[${list},{${middle}},${list}]}`)).toMatchObject({ code: 'malformed_json' })
  })

  it.each([
    ['a comma before the end', (list: string) => `{"transfers":[${list},${' '.repeat(sliceBytes)}]}`],
    ['no end', (list: string) => `{"transfers":[${list}`],
    ['a brace for a bracket', (list: string) => `{"transfers":[${list}}}`],
    ['no name', (list: string) => `{"note":"a",[${list}]}`],
    ['something after it', (list: string) => `{"transfers":[${list}]}}`],
  ])('refuses a list with %s', (_, write) => {
    expect(read(write(JSON.stringify(items(200)).slice(1, -1)))).toMatchObject({ code: 'malformed_json' })
  })

  it('names the place of an error in the batch', () => {
    const bad = JSON.stringify(items(500)).replace('"index":321', '"index":"\\u0000"')
    expect(read(`{"transfers":${bad}}`)).toEqual({ code: 'malformed_text', param: 'transfers.321.index' })
    const twice = JSON.stringify(items(500)).replace('"index":321', '"index":1,"index":2')
    expect(read(`{"transfers":${twice}}`)).toEqual({ code: 'validation_failed', param: 'transfers.321.index' })
    const list = JSON.stringify(items(500))
    expect(read(`{"transfers":${list},"transfers":${list}}`)).toMatchObject({ code: 'validation_failed' })
  })

  it.each([
    ['one string', (bytes: number) => `"${'a'.repeat(bytes)}"`],
    ['one number', (bytes: number) => '1'.repeat(bytes)],
    ['blanks', (bytes: number) => `${' '.repeat(bytes)}1`],
    ['escapes', (bytes: number) => `"${'\\u0061'.repeat(bytes / 6)}"`],
  ])('limits the bytes of an item, and of the part outside the list: %s', (_, write) => {
    const large = write(3 * outsideBytesMax)
    for (const body of [
      `{"transfers":[${large}]}`,
      `{"transfers":[1,${large},2]}`,
      `{"a":${large},"transfers":[1]}`,
      large,
    ])
      expect(read(body)).toMatchObject({ code: 'body_too_large' })
    expect(read(`{"transfers":[1,"${'a'.repeat(itemBytesMax - 10)}",2]}`)).toHaveProperty('value')
    expect(read(`{"a":"${'a'.repeat(outsideBytesMax - 100)}","transfers":[1]}`)).toHaveProperty('value')
  })

  it('limits the values of a body, and of each part that is read at once', () => {
    const small = (count: number) => Array.from({ length: count }, () => 1)
    expect(read(batch(small(bodyValuesMax)))).toMatchObject({ code: 'body_too_large' })
    expect(read(batch([small(itemValuesMax + 1), filling.repeat(100)]))).toMatchObject({ code: 'body_too_large' })
    expect(read(JSON.stringify(small(40_000)))).toMatchObject({ code: 'body_too_large' })
    expect(read(batch([small(itemValuesMax - 10), ...items(100)]))).toHaveProperty('value')
  })
})
