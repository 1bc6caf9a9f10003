import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { newUuid } from '#platform/ids'
import {
  bookedOf,
  brief,
  ending,
  firstBook,
  moving,
  opening,
  secondBook,
  startTestBooks,
  type TestBooks,
} from '#testing'
import { getAccount } from '../accounts/account-read-model.ts'
import type { CreateTransfer } from '../commands.ts'

let books: TestBooks
let now: number
beforeAll(async () => {
  books = await startTestBooks()
  now = await books.clock()
  await books.openWith('payer', 1_000_000n)
  for (const code of ['poor', 'payee', 'other']) await books.open(code)
})
afterAll(() => books.stop())

const day = 86_400_000_000
const briefs = async (...commands: CreateTransfer[]) => (await books.submit(...commands)).map(brief)

async function idOf(code: string): Promise<string> {
  const account = await getAccount(books.database, firstBook, code)
  return encodeId(idPrefix.account, account?.id ?? '')
}

describe('the same id with the same content', () => {
  it('gets the first answer, even if the transfer has been posted since', async () => {
    const command = moving('payer', 'payee', 5n, {
      ...{ id: newUuid(), pending: true, expiresAt: now + day, reference: 'order 1', effectiveAt: now - day },
      ...{ metadata: { a: 'b', 'k"': '\\' }, conditions: { source: { postedMin: 5n } } },
    })
    const first = await books.book(command)
    await books.book(ending.post(command.id, 3n))
    const [again] = await books.submit({ ...command, metadata: { 'k"': '\\', a: 'b' } })
    expect(again).toEqual({ ok: true, transfer: first, replayed: true })
    expect(first).toMatchObject({ state: 'pending', amountPosted: 0n })
  })

  it('moves the money once, in one submission or in several', async () => {
    const command = moving('payer', 'payee', 7n, { id: newUuid() })
    const before = await books.balances('payee')
    expect(await briefs(command, command, command)).toEqual(['posted', 'posted again', 'posted again'])
    expect(await briefs(command)).toEqual(['posted again'])
    const after = await books.balances('payee')
    expect(after[0] - before[0]).toBe(7n)
  })

  it('is a replay to another process and to one that names the accounts the other way', async () => {
    const booked = moving('payer', 'payee', 1n, { id: newUuid() })
    const refused = moving('poor', 'payee', 1n, { id: newUuid() })
    expect(await briefs(booked, refused)).toEqual(['posted', 'insufficient_funds (amount)'])
    const byId = async (command: CreateTransfer) => ({
      ...command,
      source: await idOf(command.source),
      destination: await idOf(command.destination),
    })
    const other = await books.startAnother()
    const commands = [await byId(booked), await byId(refused)]
    const answers = await other.submit({ commands, atomic: false })
    expect(answers.map(brief)).toEqual(['posted again', 'insufficient_funds (amount) again'])
    const back = await books.startAnother()
    const first = { ...(await byId(refused)), id: newUuid() }
    expect(await briefs(first)).toEqual(['insufficient_funds (amount)'])
    const byCode = { ...refused, id: first.id }
    expect((await back.submit({ commands: [byCode], atomic: false })).map(brief)).toEqual([
      'insufficient_funds (amount) again',
    ])
  })

  it('gets the same answers in parallel as in sequence', async () => {
    const other = await books.startAnother()
    const command = moving('payer', 'payee', 11n, { id: newUuid() })
    const before = await books.balances('payee')
    const ledgers = [books.ledger, other]
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => ledgers[n % 2]?.submit({ commands: [command], atomic: false })),
    )
    const outcomes = answers.flatMap((outcome) => outcome ?? [])
    expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1)
    expect(new Set(outcomes.map((outcome) => JSON.stringify(bookedOf(outcome), withDigits)))).toHaveLength(1)
    expect((await books.balances('payee'))[0] - before[0]).toBe(11n)
  })

  it('is another transfer in another book', async () => {
    const world = opening('world', { book: secondBook, minAvailable: null })
    const accounts = [world, opening('payee', { book: secondBook })]
    await books.database.transaction((tx) => books.ledger.createAccounts(tx, accounts))
    const command = moving('world', 'payee', 1n, { id: newUuid() })
    expect(await briefs(command, { ...command, book: secondBook })).toEqual(['posted', 'posted'])
  })

  it('that was refused stays refused, even when its reason is gone', async () => {
    await books.open('late', { maxBalance: 10n })
    const commands = [
      moving('late', 'payee', 3n, { id: newUuid() }),
      moving('payer', 'late', 11n, { id: newUuid() }),
      moving('payer', 'tomorrow', 1n, { id: newUuid() }),
      moving('payer', 'late', 1n, { id: newUuid(), conditions: { destination: { version: 1 } } }),
    ]
    const first = await books.submit(...commands)
    expect(first.map(brief)).toEqual([
      'insufficient_funds (amount)',
      'balance_limit_exceeded (amount)',
      'account_not_found (destination)',
      'condition_not_met (conditions.destination.version)',
    ])
    await books.change('late', { maxBalance: null })
    await books.open('tomorrow')
    expect((await books.submit(...commands)).map((outcome) => ({ ...outcome, replayed: false }))).toEqual(first)
    expect((await books.submit(...commands)).every(({ replayed }) => replayed)).toBe(true)
    expect(await books.balances('late')).toEqual([0n, 0n, 0n])
  })

  it('with an id that the client did not choose is not remembered when it is refused', async () => {
    const command = { ...moving('poor', 'payee', 1n), id: newUuid() }
    expect(await briefs(command)).toEqual(['insufficient_funds (amount)'])
    const [{ count } = { count: 1n }] = await books.database.query<{ count: bigint }>({
      text: 'select count(*) as count from ledger.transfers where id = $1::uuid',
      values: [command.id],
    })
    expect(count).toBe(0n)
  })
})

describe('the same id with other content', () => {
  const whole: Partial<CreateTransfer> = {
    ...{ pending: true, expiresAt: 1, balancing: 'destination', reference: 'r', effectiveAt: 1 },
    ...{ metadata: { a: '1' }, conditions: { source: { availableMin: 1n } } },
  }
  const changes: [param: string, change: Partial<CreateTransfer>][] = [
    ['source', { source: 'other' }],
    ['source', { source: 'nobody' }],
    ['destination', { destination: 'other' }],
    ['amount', { amount: 2n }],
    ['asset', { asset: 'EUR' }],
    ['pending', { pending: false }],
    ['expires_at', { expiresAt: 2 }],
    ['balancing', { balancing: 'source' }],
    ['reference', { reference: 'q' }],
    ['effective_at', { effectiveAt: 2 }],
    ['metadata', { metadata: { a: '2' } }],
    ['metadata', { metadata: {} }],
    ['metadata', { metadata: { a: '1', b: '2' } }],
    ['conditions', { conditions: { source: { availableMin: 2n } } }],
    ['conditions', { conditions: { destination: { availableMin: 1n } } }],
    ['conditions', {}],
  ]
  const placed = (command: CreateTransfer): CreateTransfer => ({
    ...command,
    ...(command.expiresAt === undefined ? undefined : { expiresAt: now + day + command.expiresAt }),
    ...(command.effectiveAt === undefined ? undefined : { effectiveAt: now - day - command.effectiveAt }),
  })
  let made = 0

  it.each([
    ['booked', 'payer', 'pending'],
    ['refused', 'poor', 'condition_not_met (conditions.source.available_min)'],
  ])('is refused, naming the field, where the first was %s', async (_, source, answer) => {
    for (const [param, change] of changes) {
      made += 1
      const base = moving(source, 'payee', 1n, { id: newUuid(), ...whole, reference: `r ${made}` })
      expect(await briefs(placed(base))).toEqual([answer])
      const { conditions, ...without } = base
      const other = 'conditions' in change || param !== 'conditions' ? { ...base, ...change } : without
      expect(conditions).toBeDefined()
      expect([param, ...(await briefs(placed(other)))]).toEqual([param, `id_already_used (${param})`])
      expect(await briefs(placed(base))).toEqual([`${answer} again`])
    }
  })

  it('names the first field that differs, in the order of the fields', async () => {
    const base = moving('payer', 'payee', 1n, { id: newUuid() })
    await books.book(base)
    const fields: Partial<CreateTransfer>[] = [
      ...changes.filter(([param]) => param !== 'metadata' && param !== 'conditions').map(([, change]) => change),
    ]
    expect(fields.length).toBeGreaterThan(8)
    expect(
      await briefs(
        moving('payee', 'payer', 9n, { id: base.id, asset: 'EUR', metadata: { a: 'b' } }),
        moving('payer', 'other', 9n, { id: base.id, asset: 'EUR', metadata: { a: 'b' } }),
        moving('payer', 'payee', 9n, { id: base.id, asset: 'EUR', metadata: { a: 'b' } }),
        moving('payer', 'payee', 1n, { id: base.id, asset: 'EUR', metadata: { a: 'b' } }),
        moving('payer', 'payee', 1n, { id: base.id, metadata: { a: 'b' }, reference: 'x' }),
        moving('payer', 'payee', 1n, { id: base.id, metadata: { a: 'b' }, conditions: { source: {} } }),
      ),
    ).toEqual(
      ['source', 'destination', 'amount', 'asset', 'reference', 'metadata'].map(
        (param) => `id_already_used (${param})`,
      ),
    )
  })

  it('within one submission is refused as well', async () => {
    const command = moving('payer', 'payee', 1n, { id: newUuid() })
    expect(await briefs(command, { ...command, amount: 2n })).toEqual(['posted', 'id_already_used (amount)'])
    expect(await briefs({ ...command, amount: 2n }, command)).toEqual(['id_already_used (amount)', 'posted again'])
  })
})

/** For JSON of values with bigints. */
function withDigits(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
