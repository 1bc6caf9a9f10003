import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { minorMax } from '#kernel'
import { newUuid } from '#platform/ids'
import {
  bookedOf,
  ending,
  firstBook,
  heldForAMoment,
  moving,
  opening,
  patience,
  startTestBooks,
  type TestBooks,
  together,
} from '#testing'
import { createAsset } from '../accounts/create-asset.ts'
import type { AccountOutcome, TransferCommand } from '../commands.ts'
import { type LedgerRefusal, type LedgerRefusalCode, ledgerRefusals } from '../refusals.ts'

/** Every refusal that the ledger gave in this file. */
const given = new Set<LedgerRefusalCode>()
let books: TestBooks
let now: number
beforeAll(async () => {
  books = await startTestBooks()
  now = await books.clock()
  await openAccounts()
})
afterAll(() => books.stop())

const second = 1_000_000
const day = 86_400 * second
const usedId = newUuid()
const holds: Record<
  'posted' | 'voided' | 'lapsed' | 'open' | 'ofFrozen' | 'voidedLapsed' | 'kept' | 'keptLapsed',
  string
> = {
  posted: newUuid(),
  voided: newUuid(),
  lapsed: newUuid(),
  open: newUuid(),
  ofFrozen: newUuid(),
  voidedLapsed: newUuid(),
  kept: newUuid(),
  keptLapsed: newUuid(),
}

async function openAccounts() {
  const { open, openWith, book, change } = books
  await openWith('rich', 1_000_000n)
  await open('empty')
  await open('other')
  await open('euro', { asset: 'EUR' })
  await open('full', { maxBalance: 0n })
  await open('deep', { minAvailable: null })
  await book(moving('deep', 'world', minorMax - 10n))
  await open('closed')
  await change('closed', { state: 'closed' })
  await openWith('frozen', 100n)
  await book(moving('frozen', 'other', 10n, { id: holds.ofFrozen, pending: true }))
  await change('frozen', { state: 'frozen' })
  await book(moving('rich', 'other', 1n, { id: usedId, reference: 'taken' }))
  for (const id of [holds.posted, holds.voided, holds.open]) {
    await book(moving('rich', 'other', 10n, { id, pending: true }))
  }
  await book(moving('rich', 'other', 10n, { id: holds.kept, pending: true, byProgram: true }))
  await book(ending.post(holds.posted))
  await book(ending.void(holds.voided))
  const moving10 = moving('rich', 'other', 10n)
  holds.lapsed = (await heldForAMoment(books, moving10, second)).id
  for (let momentUs = second; ; momentUs *= 2) {
    const { id } = await heldForAMoment(books, moving10, momentUs)
    holds.voidedLapsed = id
    if ((await books.submit(ending.void(id)))[0]?.ok) break
  }
  holds.keptLapsed = (await heldForAMoment(books, { ...moving10, byProgram: true }, second)).id
  // Whether this test or the ledger itself ends it, the next one is refused.
  await vi.waitFor(
    async () => expect(await refusalOf(ending.expire(holds.lapsed))).toBe('transfer_expired'),
    patience(10_000),
  )
}

async function refusalOf(command: TransferCommand): Promise<LedgerRefusalCode> {
  const [outcome] = await books.submit(command)
  if (outcome === undefined || outcome.ok) throw new Error('nothing was refused')
  return note(outcome.refusal)
}

function note({ code, message }: LedgerRefusal): LedgerRefusalCode {
  expect(message).toBe(ledgerRefusals[code])
  given.add(code)
  return code
}

function place(code: LedgerRefusalCode): number {
  return Object.keys(ledgerRefusals).indexOf(code)
}

/** Two reasons that apply at once, and a command to which the second applies without the first. */
type Row = [
  first: LedgerRefusalCode,
  second: LedgerRefusalCode,
  both: () => TransferCommand,
  alone: () => TransferCommand,
]

const creating: Row[] = [
  [
    'id_already_used',
    'account_not_found',
    () => moving('nobody', 'other', 1n, { id: usedId }),
    () => moving('nobody', 'other', 1n),
  ],
  ['account_not_found', 'accounts_must_differ', () => moving('nobody', 'nobody', 1n), () => moving('rich', 'rich', 1n)],
  ['accounts_must_differ', 'asset_mismatch', () => moving('euro', 'euro', 1n), () => moving('euro', 'rich', 1n)],
  [
    'asset_mismatch',
    'effective_at_in_future',
    () => moving('rich', 'euro', 1n, { effectiveAt: now + day }),
    () => moving('rich', 'other', 1n, { effectiveAt: now + day }),
  ],
  [
    'effective_at_in_future',
    'expires_at_in_past',
    () => moving('rich', 'other', 1n, { effectiveAt: now + day, pending: true, expiresAt: now - day }),
    () => moving('rich', 'other', 1n, { pending: true, expiresAt: now - day }),
  ],
  [
    'expires_at_in_past',
    'reference_taken',
    () => moving('rich', 'other', 1n, { pending: true, expiresAt: now - day, reference: 'taken' }),
    () => moving('rich', 'other', 1n, { pending: true, reference: 'taken' }),
  ],
  [
    'reference_taken',
    'account_closed',
    () => moving('rich', 'closed', 1n, { reference: 'taken' }),
    () => moving('rich', 'closed', 1n),
  ],
  ['account_closed', 'account_frozen', () => moving('frozen', 'closed', 1n), () => moving('frozen', 'other', 1n)],
  [
    'account_frozen',
    'condition_not_met',
    () => moving('rich', 'frozen', 1n, { conditions: { source: { version: 0 } } }),
    () => moving('rich', 'other', 1n, { conditions: { source: { version: 0 } } }),
  ],
  [
    'condition_not_met',
    'nothing_to_move',
    () => moving('empty', 'other', 1n, { balancing: 'source', conditions: { destination: { postedMin: 1_000_000n } } }),
    () => moving('empty', 'other', 1n, { balancing: 'source' }),
  ],
  [
    'nothing_to_move',
    'insufficient_funds',
    () => moving('empty', 'full', 1n, { balancing: 'destination' }),
    () => moving('empty', 'other', 1n, { balancing: 'destination' }),
  ],
  ['insufficient_funds', 'balance_limit_exceeded', () => moving('empty', 'full', 1n), () => moving('rich', 'full', 1n)],
  ['balance_limit_exceeded', 'balance_overflow', () => moving('deep', 'full', 11n), () => moving('deep', 'other', 11n)],
]

const endings: Row[] = [
  ['transfer_not_pending', 'amount_exceeds_hold', () => ending.post(usedId, 2n), () => ending.post(holds.open, 11n)],
  [
    'transfer_already_posted',
    'amount_exceeds_hold',
    () => ending.post(holds.posted, 11n),
    () => ending.post(holds.open, 11n),
  ],
  [
    'transfer_already_voided',
    'amount_exceeds_hold',
    () => ending.post(holds.voided, 11n),
    () => ending.post(holds.open, 11n),
  ],
  [
    'transfer_already_voided',
    'transfer_expired',
    () => ending.post(holds.voidedLapsed),
    () => ending.post(holds.lapsed),
  ],
  ['transfer_expired', 'amount_exceeds_hold', () => ending.post(holds.lapsed, 11n), () => ending.post(holds.open, 11n)],
  ['transfer_already_posted', 'hold_not_expired', () => ending.expire(holds.posted), () => ending.expire(holds.open)],
  ['transfer_expired', 'transfer_reserved', () => ending.post(holds.keptLapsed), () => ending.post(holds.kept)],
  ['transfer_reserved', 'amount_exceeds_hold', () => ending.post(holds.kept, 11n), () => ending.post(holds.open, 11n)],
  [
    'amount_exceeds_hold',
    'account_frozen',
    () => ending.post(holds.ofFrozen, 11n),
    () => ending.post(holds.ofFrozen, 10n),
  ],
]

describe('of two reasons to refuse a transfer', () => {
  it.each([...creating, ...endings])('%s goes before %s', async (first, later, both, alone) => {
    expect(place(first)).toBeLessThan(place(later))
    expect([await refusalOf(both()), await refusalOf(alone())]).toEqual([first, later])
  })

  it('covers every pair of neighboring reasons of a new transfer', () => {
    const chain = creating.map(([first]) => first)
    expect(creating.map(([, later]) => later).slice(0, -1)).toEqual(chain.slice(1))
  })
})

describe('the param of a refusal', () => {
  it.each([
    [() => moving('rich', 'nobody', 1n), 'account_not_found', 'destination'],
    [() => moving('nobody', 'nobody', 1n), 'account_not_found', 'source'],
    [() => moving('rich', 'rich', 1n), 'accounts_must_differ', 'destination'],
    [() => moving('euro', 'rich', 1n), 'asset_mismatch', 'source'],
    [() => moving('rich', 'euro', 1n), 'asset_mismatch', 'destination'],
    [() => moving('closed', 'frozen', 1n), 'account_closed', 'source'],
    [() => moving('frozen', 'rich', 1n), 'account_frozen', 'source'],
    [() => moving('rich', 'frozen', 1n), 'account_frozen', 'destination'],
    [() => moving('rich', 'full', 1n), 'balance_limit_exceeded', 'amount'],
    [() => ending.post(newUuid()), 'transfer_not_found', 'id'],
    [() => ending.void(newUuid()), 'transfer_not_found', 'id'],
    [() => ending.void(usedId), 'transfer_not_pending', 'id'],
    [() => ending.void(holds.posted), 'transfer_already_posted', 'id'],
    [() => ending.void(holds.voided), 'transfer_already_voided', 'id'],
    [() => ending.expire(holds.lapsed), 'transfer_expired', 'id'],
    [() => ending.void(holds.kept), 'transfer_reserved', 'id'],
    [() => ending.post(holds.ofFrozen), 'account_frozen', 'source'],
  ] as const)('names the field (%#)', async (command, code, param) => {
    const [outcome] = await books.submit(command())
    expect(outcome).toMatchObject({ ok: false, refusal: { code, param } })
    if (outcome?.ok === false) note(outcome.refusal)
  })

  it.each([
    [{ source: { version: 1_000 } }, 'conditions.source.version'],
    [{ source: { postedMin: 1_000_000_000n } }, 'conditions.source.posted_min'],
    [{ source: { postedMax: 0n } }, 'conditions.source.posted_max'],
    [{ source: { availableMin: 1_000_000_000n } }, 'conditions.source.available_min'],
    [{ source: { availableMax: 0n } }, 'conditions.source.available_max'],
    [{ destination: { postedMin: 1_000_000_000n } }, 'conditions.destination.posted_min'],
    [
      { source: { postedMin: 0n, availableMax: 0n }, destination: { version: 9_999 } },
      'conditions.source.available_max',
    ],
  ])('names the condition that does not hold (%#)', async (conditions, param) => {
    const [outcome] = await books.submit(moving('rich', 'other', 1n, { conditions }))
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'condition_not_met', param } })
  })
})

describe('of two reasons to refuse an account', () => {
  const used = newUuid()
  beforeAll(() => books.open('used', { id: used }))
  const refuse = async (command: ReturnType<typeof opening>) => {
    const [outcome] = await books.database.transaction((tx) => books.ledger.createAccounts(tx, [command]))
    return codeOf(outcome)
  }
  const codeOf = (outcome: AccountOutcome | undefined) => {
    if (outcome?.ok !== false) throw new Error('the account was not refused')
    return note(outcome.refusal)
  }
  const limits = { minAvailable: 2n, maxBalance: 1n }

  it.each([
    [
      'id_already_used',
      'asset_not_found',
      opening('new', { id: used, asset: 'NONE' }),
      opening('new', { asset: 'NONE' }),
    ],
    [
      'asset_not_found',
      'limits_contradict',
      opening('new', { asset: 'NONE', ...limits }),
      opening('new', { ...limits }),
    ],
    ['limits_contradict', 'account_code_taken', opening('used', limits), opening('used')],
  ] as const)('%s goes before %s', async (first, later, both, alone) => {
    expect(place(first)).toBeLessThan(place(later))
    expect([await refuse(both), await refuse(alone)]).toEqual([first, later])
  })
})

describe('of two reasons to refuse a change of an account', () => {
  const limits = { minAvailable: 2n, maxBalance: 1n }
  type Change = [account: string, change: Parameters<TestBooks['change']>[1]]
  beforeAll(() =>
    books.database.transaction((tx) => books.ledger.createAccounts(tx, [opening('kept:one')], { byProgram: true })),
  )
  const refuse = async ([account, change]: Change) => {
    const result = await books.change(account, change)
    if (result.ok) throw new Error('the change was not refused')
    return note(result.refusal)
  }

  it.each([
    ['account_not_found', 'condition_not_met', ['nobody', { version: 99 }], ['empty', { version: 99 }]],
    [
      'account_reserved',
      'condition_not_met',
      ['kept:one', { state: 'frozen', version: 99 }],
      ['kept:one', { metadata: {}, version: 99 }],
    ],
    ['account_closed', 'condition_not_met', ['closed', { metadata: {}, version: 99 }], ['empty', { version: 99 }]],
    [
      'condition_not_met',
      'account_not_empty',
      ['rich', { state: 'closed', version: 9_999 }],
      ['rich', { state: 'closed' }],
    ],
    [
      'condition_not_met',
      'account_not_frozen',
      ['rich', { state: 'open', version: 9_999 }],
      ['rich', { state: 'open' }],
    ],
    ['account_not_empty', 'limits_contradict', ['rich', { state: 'closed', ...limits }], ['rich', limits]],
    ['account_not_frozen', 'limits_contradict', ['rich', { state: 'open', ...limits }], ['rich', limits]],
  ] as [LedgerRefusalCode, LedgerRefusalCode, Change, Change][])(
    '%s goes before %s',
    async (first, later, both, alone) => {
      expect(place(first)).toBeLessThan(place(later))
      expect([await refuse(both), await refuse(alone)]).toEqual([first, later])
    },
  )
})

it('the ledger gives every refusal of the catalog', async () => {
  const euro = await books.database.transaction((tx) =>
    createAsset(tx, firstBook, { code: 'EUR', scale: 2, name: 'Euro' }),
  )
  if (!euro.ok) note(euro.refusal)
  const group = await books.ledger.submit(together(moving('rich', 'other', 1n), moving('empty', 'other', 1n)))
  for (const outcome of group) if (!outcome.ok) note(outcome.refusal)
  expect(() => bookedOf(group[0])).toThrow('group_refused')
  expect([...given].sort()).toEqual(Object.keys(ledgerRefusals).sort())
})
