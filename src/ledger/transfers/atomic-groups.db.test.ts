import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { brief, ending, moving, startTestBooks, type TestBooks, together } from '#testing'
import type { TransferCommand } from '../commands.ts'

let books: TestBooks
let payer: string
let payee: string
let made = 0
beforeAll(async () => {
  books = await startTestBooks()
})
beforeEach(async () => {
  made += 1
  payer = await books.openWith(`payer:${made}`, 100n)
  payee = await books.open(`payee:${made}`)
})
afterAll(() => books.stopInOrder())

const briefs = async (...commands: TransferCommand[]) => (await books.ledger.submit(together(...commands))).map(brief)
const alone = async (...commands: TransferCommand[]) => (await books.submit(...commands)).map(brief)

async function count(table: string): Promise<number> {
  const [row] = await books.database.query<{ count: bigint }>({ text: `select count(*) as count from ${table}` })
  return Number(row?.count)
}

describe('an all-or-nothing group', () => {
  it('is booked whole, later commands building on earlier ones', async () => {
    const hold = moving(payee, payer, 60n, { id: newUuid(), pending: true })
    expect(
      await briefs(moving(payer, payee, 100n), hold, ending.post(hold.id, 50n), moving(payee, payer, 50n)),
    ).toEqual(['posted', 'pending', 'posted', 'posted'])
    expect(await books.balances(payer)).toEqual([100n, 0n, 0n])
  })

  it('leaves nothing if a command is refused: no entry, hold, end of a hold, reference, term or event', async () => {
    const open = moving(payer, payee, 10n, { id: newUuid(), pending: true })
    await books.book(open)
    const tables = ['entries', 'holds', 'resolutions', 'metadata_terms', 'backdated_entries']
    const countAll = async () => [
      await Promise.all(tables.map((table) => count(`ledger.${table}`))),
      await count('platform.outbox'),
    ]
    const [before, balances] = [await countAll(), await books.balances(payer)]
    const reference = `r:${made}`
    expect(
      await briefs(
        moving(payer, payee, 20n, { reference, metadata: { a: 'b' }, effectiveAt: 1 }),
        moving(payer, payee, 20n, { pending: true }),
        ending.post(open.id, 3n),
        moving(payer, payee, 71n),
        moving(payer, payee, 1n),
      ),
    ).toEqual(['group_refused', 'group_refused', 'group_refused', 'insufficient_funds (amount)', 'group_refused'])
    expect(await countAll()).toEqual(before)
    expect(await books.balances(payer)).toEqual(balances)
    expect(await alone(ending.void(open.id), moving(payer, payee, 1n, { reference }))).toEqual(['voided', 'posted'])
  })

  it('does not roll back other groups of the same batch', async () => {
    const groups = [
      together(moving(payer, payee, 40n), moving(payer, payee, 10n)),
      together(moving(payer, payee, 50n), moving(payer, payee, 1n)),
      { commands: [moving(payer, payee, 50n), moving(payer, payee, 1n)], atomic: false },
    ]
    const outcomes = await Promise.all(groups.map((group) => books.ledger.submit(group)))
    expect(outcomes.map((outcome) => outcome.map(brief))).toEqual([
      ['posted', 'posted'],
      ['group_refused', 'insufficient_funds (amount)'],
      ['posted', 'insufficient_funds (amount)'],
    ])
    expect(await books.balances(payer)).toEqual([0n, 0n, 0n])
  })

  it('that was refused stays refused, each id with its first answer, in a group or alone', async () => {
    const commands = [10n, 200n, 20n].map((amount) => moving(payer, payee, amount, { id: newUuid() }))
    const answers = ['group_refused', 'insufficient_funds (amount)', 'group_refused']
    expect(await briefs(...commands)).toEqual(answers)
    await books.book(moving('world', payer, 1_000n))
    const again = answers.map((answer) => `${answer} again`)
    expect(await briefs(...commands)).toEqual(again)
    expect(await alone(...commands)).toEqual(again)
    expect(await briefs(...commands.toReversed())).toEqual(again.toReversed())
    expect(await books.balances(payee)).toEqual([0n, 0n, 0n])
  })

  it('that was booked is a replay, each id with its first answer', async () => {
    const commands = [10n, 20n].map((amount) => moving(payer, payee, amount, { id: newUuid() }))
    expect(await briefs(...commands)).toEqual(['posted', 'posted'])
    expect(await briefs(...commands)).toEqual(['posted again', 'posted again'])
    expect(await books.balances(payee)).toEqual([30n, 0n, 0n])
  })

  it('replays an id that was booked before', async () => {
    const booked = moving(payer, payee, 10n, { id: newUuid() })
    const fresh = moving(payer, payee, 91n, { id: newUuid() })
    await books.book(booked)
    expect(await briefs(booked, fresh)).toEqual(['posted again', 'insufficient_funds (amount)'])
    expect(await alone(booked, fresh)).toEqual(['posted again', 'insufficient_funds (amount) again'])
    expect(await books.balances(payee)).toEqual([10n, 0n, 0n])
  })

  it('that uses one id twice for different things is refused, and so is the id', async () => {
    const command = moving(payer, payee, 1n, { id: newUuid() })
    expect(await briefs(command, { ...command, amount: 2n })).toEqual(['group_refused', 'id_already_used (amount)'])
    expect(await alone(command)).toEqual(['group_refused again'])
  })

  it('of one command is that command', async () => {
    const command = moving(payer, payee, 101n, { id: newUuid() })
    expect(await briefs(command)).toEqual(['insufficient_funds (amount)'])
    expect(await alone(command)).toEqual(['insufficient_funds (amount) again'])
  })

  it('restores a head that several of its commands moved, and one that another group had moved before', async () => {
    const many = Array.from({ length: 30 }, () => moving(payer, payee, 3n))
    const groups = [
      { commands: [moving(payer, payee, 10n)], atomic: false },
      together(...many, moving(payee, 'nobody', 1n)),
      { commands: [moving(payer, payee, 90n)], atomic: false },
    ]
    const outcomes = await Promise.all(groups.map((group) => books.ledger.submit(group)))
    expect(outcomes[2]?.map(brief)).toEqual(['posted'])
    expect(await books.balances(payer)).toEqual([0n, 0n, 0n])
    expect(await books.balances(payee)).toEqual([100n, 0n, 0n])
  })
})
