import { Type } from 'typebox'
import { expect, it } from 'vitest'
import { fingerprintInTurns, fingerprintRequest } from '../idempotency/index.ts'
import { closedObject } from './schemas.ts'
import { checkInTurns, createSchemaCompiler } from './validation.ts'

const item = closedObject({ code: Type.String({ maxLength: 5 }), amount: Type.Optional(Type.Integer({ minimum: 1 })) })
const schema = closedObject({
  items: Type.Array(item, { minItems: 1, maxItems: 1_000 }),
  atomic: Type.Optional(Type.Boolean()),
})
const check = createSchemaCompiler()(schema)

/** The result, and in how many turns it was found. */
function inTurns<Value>(work: Generator<undefined, Value, undefined>) {
  for (let turns = 1; ; turns += 1) {
    const { done, value } = work.next()
    if (done === true) return { value, turns }
  }
}

const bodyOf = (count: number, at: number, wrong: object) => ({
  items: Array.from({ length: count }, (_, index) => ({ code: 'a', ...(index === at && wrong) })),
})
const mebibyte = 1024 * 1024

it.each([
  ['nothing', 700, {}],
  ['a field of an item', 699, { code: 'too long' }],
  ['another field of it', 350, { amount: 0 }],
  ['an unknown field', 0, { cod: 'a' }],
  ['a missing field', 421, { code: undefined }],
])('a large body with %s wrong is checked in turns, with the result of one check', (_what, at, wrong) => {
  const body = JSON.parse(JSON.stringify(bodyOf(700, at, wrong)))
  const { value, turns } = inTurns(checkInTurns({ schema, check }, body, mebibyte))
  expect(value).toEqual(check(body))
  // 87 items have 128 KiB on average, so there are nine parts.
  expect(turns).toBe(Math.min(9, Math.floor(at / 87) + 1))
})

it('too many items are refused as a whole, and so is what is no list of items', () => {
  const more = { ...bodyOf(9, -1, {}), more: [] }
  for (const body of [bodyOf(1_001, -1, {}), { items: [] }, { items: 'none' }, [], null, more]) {
    const { value, turns } = inTurns(checkInTurns({ schema, check }, body, mebibyte))
    expect(value).toEqual(check(body))
    expect(value).toBeDefined()
    expect(turns).toBe(1)
  }
  const wrong = { ...bodyOf(700, -1, {}), atomic: 'yes' }
  expect(inTurns(checkInTurns({ schema, check }, wrong, mebibyte)).value).toEqual(check(wrong))
})

it('a large body is hashed in turns, to the same fingerprint', () => {
  const request = { method: 'POST', url: '/v1/transfers/batch' }
  const body = Buffer.alloc(3 * mebibyte + 7, 'text')
  const { value, turns } = inTurns(fingerprintInTurns(request, body))
  expect(value).toEqual(fingerprintRequest(request, body))
  expect(turns).toBe(4)
})
