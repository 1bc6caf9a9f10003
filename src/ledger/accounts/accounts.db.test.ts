import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { brief, ending, firstBook, moving, opening, secondBook, startTestBooks, type TestBooks } from '#testing'
import type { AccountState, ChangeAccount, CreateAccount } from '../commands.ts'
import type { Ledger } from '../ledger.ts'
import { getAccount } from './account-read-model.ts'
import { createAsset } from './create-asset.ts'

let books: TestBooks
let made = 0
beforeAll(async () => {
  books = await startTestBooks()
})
afterAll(() => books.stopInOrder())

const openAll = (...commands: CreateAccount[]) =>
  books.database.transaction((tx) => books.ledger.createAccounts(tx, commands))
const briefs = async (...commands: CreateAccount[]) => (await openAll(...commands)).map(brief)
const next = () => {
  made += 1
  return `account:${made}`
}

describe('opening an account', () => {
  it('a second time with the same content is a replay of the first', async () => {
    const command = opening(next(), { id: newUuid(), minAvailable: -5n, maxBalance: 9n, metadata: { a: '1', b: '2' } })
    const [first] = await openAll(command)
    await books.change(command.code, { minAvailable: null, metadata: {}, state: 'frozen' })
    const [again] = await openAll({ ...command, metadata: { b: '2', a: '1' } })
    expect(again).toEqual({ ...first, replayed: true })
    expect(first).toMatchObject({ ok: true, replayed: false, account: { state: 'open', version: 0, posted: 0n } })
  })

  it.each<[string, Partial<CreateAccount>]>([
    ['code', { code: 'another' }],
    ['asset', { asset: 'EUR' }],
    ['min_available', { minAvailable: null }],
    ['min_available', { minAvailable: 1n }],
    ['max_balance', { maxBalance: 10n }],
    ['max_balance', { maxBalance: null }],
    ['metadata', { metadata: {} }],
    ['metadata', { metadata: { a: '2' } }],
    ['code', { code: 'another', asset: 'EUR', metadata: {} }],
  ])('under an id that is used names the first field that differs: %s (%#)', async (param, change) => {
    const command = opening(next(), { id: newUuid(), maxBalance: 9n, metadata: { a: '1' } })
    expect(await briefs(command)).toEqual(['open'])
    expect(await briefs({ ...command, ...change })).toEqual([`id_already_used (${param})`])
  })

  it('under a code that is taken is refused; another book has codes of its own', async () => {
    const code = next()
    expect(await briefs(opening(code), opening(code), opening(code, { book: secondBook }))).toEqual([
      'open',
      'account_code_taken (code)',
      'open',
    ])
    expect(await briefs(opening(code), opening(code, { id: newUuid() }))).toEqual([
      'account_code_taken (code)',
      'account_code_taken (code)',
    ])
  })

  it('twice in one batch is one account, and one id for two things is refused', async () => {
    const command = opening(next(), { id: newUuid() })
    expect(
      await briefs(command, command, { ...command, code: next() }, opening(command.code), opening(next())),
    ).toEqual(['open', 'open again', 'id_already_used (code)', 'account_code_taken (code)', 'open'])
  })

  it('needs an existing asset of its own book', async () => {
    const asset = { code: 'POINTS', scale: 0, name: 'Points' }
    await books.database.transaction((tx) => createAsset(tx, firstBook, asset))
    expect(
      await briefs(
        opening(next(), { asset: 'POINTS' }),
        opening(next(), { asset: 'POINTS', book: secondBook }),
        opening(next(), { asset: 'NOPE' }),
      ),
    ).toEqual(['open', 'asset_not_found (asset)', 'asset_not_found (asset)'])
  })

  it('answers each of many in order, refused ones included', async () => {
    const codes = Array.from({ length: 300 }, next)
    const taken = codes.filter((_, n) => n % 7 === 0)
    await openAll(...taken.map((code) => opening(code)))
    const outcomes = await openAll(...codes.map((code) => opening(code, { metadata: { code } })))
    expect(outcomes.map((outcome) => (outcome.ok ? outcome.account.code : outcome.refusal.code))).toEqual(
      codes.map((code) => (taken.includes(code) ? 'account_code_taken' : code)),
    )
  })

  it('leaves nothing behind when the transaction is rolled back', async () => {
    const code = next()
    const failing = books.database.transaction(async (tx) => {
      expect((await books.ledger.createAccounts(tx, [opening(code)])).map(brief)).toEqual(['open'])
      throw new Error('not after all')
    })
    await expect(failing).rejects.toThrow('not after all')
    expect(await getAccount(books.database, firstBook, code)).toBeUndefined()
  })

  it('under one code from ten connections at once gives one account', async () => {
    for (let round = 0; round < 5; round += 1) {
      const code = next()
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => openAll(opening(code))))
      const answers = outcomes.flat().map(brief)
      expect(answers.filter((answer) => answer === 'open')).toHaveLength(1)
      expect(answers.filter((answer) => answer === 'account_code_taken (code)')).toHaveLength(9)
    }
  })

  it('under one id from ten connections at once gives one account and nine replays', async () => {
    const command = opening(next(), { id: newUuid() })
    const outcomes = (await Promise.all(Array.from({ length: 10 }, () => openAll(command)))).flat()
    expect(outcomes.filter(({ ok, replayed }) => ok && !replayed)).toHaveLength(1)
    expect(outcomes.filter(({ ok, replayed }) => ok && replayed)).toHaveLength(9)
  })

  it('with the same codes in different orders succeeds on all of many connections', async () => {
    for (let round = 0; round < 5; round += 1) {
      const codes = Array.from({ length: 40 }, next)
      const orders = [codes, codes.toReversed(), codes.toSorted(() => 0.5 - Math.random()), codes.toReversed()]
      const outcomes = await Promise.all(orders.map((order) => openAll(...order.map((code) => opening(code)))))
      expect(outcomes.flat().filter(({ ok }) => ok)).toHaveLength(40)
    }
  })
})

describe('changing an account', () => {
  const change = async (code: string, command: Partial<ChangeAccount>) => {
    const result = await books.change(code, command)
    return result.ok ? `${result.value.state} ${result.value.version}` : result.refusal.code
  }
  const inState = async (state: AccountState) => {
    const code = await books.open(next())
    if (state !== 'open') await books.change(code, { state })
    return code
  }

  it.each<[AccountState, AccountState, string]>([
    ['open', 'open', 'account_not_frozen'],
    ['open', 'frozen', 'frozen 1'],
    ['open', 'closed', 'closed 1'],
    ['frozen', 'open', 'open 2'],
    ['frozen', 'frozen', 'frozen 1'],
    ['frozen', 'closed', 'closed 2'],
    ['closed', 'open', 'account_closed'],
    ['closed', 'frozen', 'account_closed'],
    ['closed', 'closed', 'closed 1'],
  ])('from %s to %s: %s', async (from, to, answer) => {
    expect(await change(await inState(from), { state: to })).toBe(answer)
  })

  it('that is closed is refused for every field', async () => {
    const code = await inState('closed')
    for (const command of [{ minAvailable: 1n }, { maxBalance: 1n }, { metadata: { a: 'b' } }, {}]) {
      expect(await change(code, command)).toBe('account_closed')
    }
  })

  it('keeps omitted fields, and counts a version only when something changes', async () => {
    const code = await books.open(next(), { minAvailable: 1n, maxBalance: 5n, metadata: { a: 'b' } })
    expect(await change(code, { maxBalance: 6n })).toBe('open 1')
    expect(await change(code, { minAvailable: 1n, maxBalance: 6n, metadata: { a: 'b' } })).toBe('open 1')
    expect(await change(code, { minAvailable: null })).toBe('open 2')
    expect(await change(code, { metadata: {} })).toBe('open 3')
    expect(await getAccount(books.database, firstBook, code)).toMatchObject({
      ...{ minAvailable: null, maxBalance: 6n, metadata: {}, version: 3 },
    })
  })

  it('checks the new limits against the unchanged ones', async () => {
    const code = await books.open(next(), { minAvailable: 3n, maxBalance: 5n })
    expect(await change(code, { minAvailable: 6n })).toBe('limits_contradict')
    expect(await change(code, { maxBalance: 2n })).toBe('limits_contradict')
    expect(await change(code, { minAvailable: 6n, maxBalance: 6n })).toBe('open 1')
  })

  it('takes effect with the next transfer, of this process and of any other', async () => {
    const code = await books.openWith(next(), 10n)
    const other = await books.startAnother()
    const move = async (ledger = books.ledger) =>
      (await ledger.submit({ commands: [moving(code, 'world', 1n)], atomic: false })).map(brief)
    expect([await move(), await move(other)]).toEqual([['posted'], ['posted']])
    for (const one of [books.ledger, other]) {
      const set = (state: AccountState) =>
        books.database.transaction((tx) => one.changeAccount(tx, { book: firstBook, account: code, state }))
      await set('frozen')
      expect([await move(), await move(other)].flat()).toEqual(['account_frozen (source)', 'account_frozen (source)'])
      await set('open')
      expect([await move(), await move(other)]).toEqual([['posted'], ['posted']])
    }
  })

  it('does not close an account that has money or pending incoming money', async () => {
    const [a, b] = [await books.openWith(next(), 10n), await books.open(next())]
    const hold = await books.book(moving(a, b, 10n, { pending: true }))
    expect([await change(a, { state: 'closed' }), await change(b, { state: 'closed' })]).toEqual([
      'account_not_empty',
      'account_not_empty',
    ])
    await books.book(ending.post(hold.id))
    expect([await change(a, { state: 'closed' }), await change(b, { state: 'closed' })]).toEqual([
      'closed 4',
      'account_not_empty',
    ])
  })

  it('with a version condition succeeds for one of many', async () => {
    const code = await books.open(next())
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => change(code, { version: 0, minAvailable: BigInt(-n - 1) })),
    )
    expect(answers.filter((answer) => answer === 'open 1')).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'condition_not_met')).toHaveLength(9)
  })

  it.each([1, 2])(
    'succeeds while %i processes keep the account busy, and no transfer passes a freeze',
    async (count) => {
      const code = await books.openWith(next(), 1_000_000n)
      const ledgers = count === 1 ? [books.ledger] : [books.ledger, await books.startAnother()]
      let stopped = false
      const keepBusy = async (ledger: Ledger) => {
        while (!stopped) {
          const [outcome] = await ledger.submit({ commands: [moving(code, 'world', 1n)], atomic: false })
          expect(['posted', 'account_frozen (source)']).toContain(outcome && brief(outcome))
        }
      }
      const busy = ledgers.flatMap((ledger) => [keepBusy(ledger), keepBusy(ledger)])
      try {
        for (let round = 0; round < 20; round += 1) {
          expect(await change(code, { state: 'frozen' })).toMatch(/^frozen/)
          const frozen = await getAccount(books.database, firstBook, code)
          expect(await change(code, { metadata: { round: String(round) } })).toMatch(/^frozen/)
          const later = await getAccount(books.database, firstBook, code)
          expect(later?.posted).toBe(frozen?.posted)
          expect(later?.version).toBe((frozen?.version ?? 0) + 1)
          expect(await change(code, { state: 'open' })).toMatch(/^open/)
          expect(await change(code, { maxBalance: 2_000_000n + BigInt(round) })).toMatch(/^open/)
        }
      } finally {
        stopped = true
        await Promise.all(busy)
      }
    },
  )
})
