import { expect, it } from 'vitest'
import { useTestCases } from '../../test/support/test-cases.ts'

const { database, request, get, post, openCase } = useTestCases()

type Act = { readonly action: string; readonly text: string }

/** Adds notes to the only case. Their texts are their numbers, after a long beginning. */
async function addNotes(count: number): Promise<void> {
  await database().query({
    text: `insert into cases.acts (id, case_id, actor, action, text)
      select lpad(to_hex(n), 32, '0')::uuid, cases.id, gen_random_uuid(), 'note', repeat('x', 1900) || ' ' || n
      from cases.cases cross join generate_series(1, $1::integer) n`,
    values: [count],
  })
}

const numbersOf = (acts: readonly Act[]) => acts.map(({ text }) => Number(text.split(' ')[1]))
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)

it('a case is shown with its newest 100 acts, oldest first', async () => {
  const path = await openCase()
  await addNotes(100)
  const whole = (await get(path, 'read')).body
  expect([numbersOf(whole.acts), whole.has_more_acts]).toEqual([range(1, 100), false])
  await database().query({ text: 'delete from cases.acts' })
  await addNotes(20_000)
  const { status, body } = await get(path, 'read')
  expect([status, numbersOf(body.acts), body.has_more_acts]).toEqual([200, range(19_901, 20_000), true])
})

it('the acts of a case are listed newest first, in pages', async () => {
  const path = await openCase()
  await addNotes(45)
  await post(`${path}/note`, { text: 'Newest 46' })
  const numbers: number[] = []
  let cursor = ''
  do {
    const { status, body } = await get(`${path}/acts?limit=20${cursor && `&cursor=${cursor}`}`, 'read')
    expect([status, body.data.length <= 20, body.has_more]).toEqual([200, true, body.next_cursor !== null])
    numbers.push(...numbersOf(body.data))
    cursor = body.next_cursor
  } while (cursor !== null)
  expect(numbers).toEqual(range(1, 46).reverse())
  const { data } = (await get(`${path}/acts?limit=1`, 'read')).body
  expect(data).toEqual([
    { at: expect.stringMatching(/Z$/), by: expect.stringMatching(/^key_/), action: 'note', text: 'Newest 46' },
  ])
})

it('the acts of a case of another book, and after the cursor of another list, are refused', async () => {
  const path = await openCase()
  await openCase()
  const elsewhere = await request('GET', `${path}/acts`, undefined, { 'munim-book': 'other' })
  expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'case_not_found'])
  const cursor = (await get('/v1/cases?limit=1')).body.next_cursor
  for (const wrong of [cursor, 'bm8']) {
    const refused = await get(`${path}/acts?cursor=${wrong}`)
    expect([refused.status, refused.body.param]).toEqual([400, 'cursor'])
  }
})
