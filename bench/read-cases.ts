import {
  balanceAt,
  createStatementReader,
  createTrialBalanceReader,
  getAccount,
  getTransfer,
  getTransfers,
  listAccounts,
  listEntries,
  listTransfers,
  type TimeAxis,
  type TransferFilter,
} from '#ledger'
import { feedStart, readFeed } from '#platform/outbox'
import type { Database } from '#platform/postgres'
import { createRandom } from '../scripts/random.ts'
import {
  codeOf,
  type HistoryShape,
  hasOrder,
  microsPerBatch,
  pairs,
  positionOfBatch,
  referenceOf,
  timeOfBatch,
  transferIdOf,
} from './read-history.ts'
import { zipf } from './zipf.ts'

export type ReadCase = { readonly name: string; readonly ask: () => Promise<number> }

const limit = 50
const hottest = codeOf(1)
const second = codeOf(2)
const [web, , shop] = pairs.channels
const [tier, gold] = pairs.rareWith
const dayMicros = 86_400_000_000

function createDice(shape: HistoryShape, lastBatch: number) {
  const { below, next } = createRandom(shape.seed + 1)
  const rank = zipf(shape.accounts, next)
  return {
    below,
    /** Hot accounts as often as they are used. */
    usual: () => codeOf(rank()),
    /** Each account equally often: mostly accounts with few entries. */
    any: () => codeOf(1 + below(shape.accounts)),
    transfer: () => 1 + below(shape.transfers),
    order: () => {
      for (;;) {
        const transfer = 1 + below(shape.transfers)
        if (hasOrder(transfer)) return pairs.order(transfer)
      }
    },
    position: () => positionOfBatch(below(lastBatch)),
    time: () => timeOfBatch(0) + below(lastBatch * microsPerBatch),
  }
}

type Dice = ReturnType<typeof createDice>

export function readCases(
  database: Database,
  shape: HistoryShape,
  lastBatch: number,
  eventIds: readonly string[],
): ReadCase[] {
  const dice = createDice(shape, lastBatch)
  return [
    ...accountCases(database, shape, dice),
    ...balanceCases(database, shape, dice),
    ...transferCases(database, shape, dice),
    ...reportCases(database, shape, dice, eventIds),
  ]
}

function accountCases(database: Database, { book, accounts }: HistoryShape, dice: Dice): ReadCase[] {
  const list = async (filter: Parameters<typeof listAccounts>[1]['filter'], cursor?: number) => {
    const page = await listAccounts(database, {
      book,
      limit,
      ...(filter && { filter }),
      ...(cursor !== undefined && { cursor }),
    })
    return page.items.length
  }
  const cursor = () => 1 + dice.below(accounts)
  return [
    { name: 'account by code', ask: async () => ((await getAccount(database, book, dice.usual())) ? 1 : 0) },
    { name: 'accounts', ask: () => list(undefined, cursor()) },
    { name: 'accounts of an asset', ask: () => list({ asset: 'USD' }, cursor()) },
    { name: 'accounts, prefix of all', ask: () => list({ codePrefix: 'customers:' }, cursor()) },
    {
      name: 'accounts, prefix of 1 in 10',
      ask: () => list({ codePrefix: `customers:${1 + dice.below(9)}` }, cursor()),
    },
    { name: 'accounts, prefix of few', ask: () => list({ codePrefix: `customers:${1000 + dice.below(9000)}:` }) },
    { name: 'accounts, frozen', ask: () => list({ state: 'frozen' }, cursor()) },
    { name: 'accounts, metadata', ask: () => list({ metadata: { region: 'north' } }, cursor()) },
    {
      name: 'accounts, prefix and metadata and state',
      ask: () => list({ codePrefix: `customers:${1 + dice.below(9)}`, metadata: { region: 'north' }, state: 'frozen' }),
    },
  ]
}

function balanceCases(database: Database, { book }: HistoryShape, dice: Dice): ReadCase[] {
  const statements = createStatementReader()
  const balance = async (account: string, by?: TimeAxis) => {
    const found = await balanceAt(database, by ? { book, account, at: dice.time(), by } : { book, account })
    return found ? 1 : 0
  }
  const entries = async (account: string, days?: number) => {
    const from = dice.time()
    const bounds = days === undefined ? {} : { from, to: from + days * dayMicros }
    return (await listEntries(database, { book, account, limit, ...bounds }))?.items.length ?? 0
  }
  const statement = async (account: string, by: TimeAxis, days: number) => {
    const from = dice.time()
    const found = await statements(database, { book, account, by, from, to: from + days * dayMicros, limit })
    if (found !== undefined && found.opening + found.totalIn - found.totalOut !== found.closing) {
      throw new Error(`a statement of ${account} does not add up`)
    }
    return found?.page.items.length ?? 0
  }
  return [
    { name: 'balance now', ask: () => balance(dice.usual()) },
    { name: 'balance at a time', ask: () => balance(dice.usual(), 'recorded') },
    { name: 'balance at a time, hottest account', ask: () => balance(hottest, 'recorded') },
    { name: 'balance at an effective time', ask: () => balance(dice.usual(), 'effective') },
    { name: 'balance at an effective time, hottest', ask: () => balance(hottest, 'effective') },
    { name: 'entries', ask: () => entries(dice.usual()) },
    { name: 'entries, hottest account', ask: () => entries(hottest) },
    { name: 'entries of a day, hottest account', ask: () => entries(hottest, 1) },
    { name: 'statement of 30 days', ask: () => statement(dice.any(), 'recorded', 30) },
    { name: 'statement of 30 days, hottest account', ask: () => statement(hottest, 'recorded', 30) },
    { name: 'statement of 30 effective days', ask: () => statement(dice.any(), 'effective', 30) },
    { name: 'statement of 30 effective days, hottest', ask: () => statement(hottest, 'effective', 30) },
  ]
}

function transferCases(database: Database, { book }: HistoryShape, dice: Dice): ReadCase[] {
  const list = (name: string, filter: () => TransferFilter): ReadCase => ({
    name: `transfers${name === '' ? '' : `, ${name}`}`,
    ask: async () => (await listTransfers(database, { book, filter: filter(), limit })).items.length,
  })
  const deep = (name: string, filter: () => TransferFilter): ReadCase => ({
    name: `transfers, ${name === '' ? '' : `${name}, `}deep page`,
    ask: async () =>
      (await listTransfers(database, { book, filter: filter(), limit, cursor: dice.position() })).items.length,
  })
  const both = (name: string, filter: () => TransferFilter) => [list(name, filter), deep(name, filter)]
  const window = (days: number) => {
    const recordedFrom = dice.time()
    return { recordedFrom, recordedTo: recordedFrom + days * dayMicros }
  }
  return [
    {
      name: 'transfer by id',
      ask: async () => ((await getTransfer(database, book, transferIdOf(dice.transfer()))) ? 1 : 0),
    },
    {
      name: '100 transfers by id',
      ask: async () => {
        const ids = Array.from({ length: 100 }, () => transferIdOf(dice.transfer()))
        return (await getTransfers(database, book, ids)).length
      },
    },
    ...both('', () => ({})),
    ...both('account', () => ({ account: dice.usual() })),
    ...both('hottest account', () => ({ account: hottest })),
    ...both('source hottest, destination second', () => ({ source: hottest, destination: second })),
    ...both('source hottest, destination any', () => ({ source: hottest, destination: dice.any() })),
    list('reference', () => ({ reference: referenceOf(5 * Math.ceil(dice.transfer() / 5)) })),
    ...both('pending', () => ({ state: 'pending' })),
    ...both('posted', () => ({ state: 'posted' })),
    ...both('voided', () => ({ state: 'voided' })),
    ...both('expired', () => ({ state: 'expired' })),
    ...both('pending of hottest account', () => ({ state: 'pending', account: hottest })),
    ...both('expired of any account', () => ({ state: 'expired', account: dice.any() })),
    ...both('common metadata', () => ({ metadata: { channel: web ?? '' } })),
    list('rare metadata', () => ({ metadata: { order: dice.order() } })),
    ...both('two common pairs', () => ({ metadata: { channel: shop ?? '', [tier]: gold } })),
    ...both('two common pairs that hardly meet', () => ({ metadata: { channel: web ?? '', [tier]: gold } })),
    ...both('common and rare pair', () => ({ metadata: { channel: web ?? '', order: dice.order() } })),
    ...both('campaign of hottest account', () => ({ account: hottest, metadata: { campaign: pairs.campaign(7) } })),
    ...both('pairs that hardly meet, hottest account, posted', () => ({
      account: hottest,
      state: 'posted',
      metadata: { channel: web ?? '', [tier]: gold },
    })),
    list('of a day', () => window(1)),
    list('of a day, hottest account', () => ({ account: hottest, ...window(1) })),
    list('of ten days, voided, common metadata', () => ({
      state: 'voided',
      metadata: { channel: shop ?? '' },
      ...window(10),
    })),
    list('hostile text', () => ({ reference: "' or true; --", metadata: { "'; drop table x; --": '%' } })),
  ]
}

function reportCases(database: Database, { book }: HistoryShape, dice: Dice, eventIds: readonly string[]): ReadCase[] {
  const trialBalance = createTrialBalanceReader()
  const feed = async (query: Omit<Parameters<typeof readFeed>[1], 'book' | 'limit'>) =>
    (await readFeed(database, { book, limit, ...query }))?.items.length ?? 0
  const eventAt = () => eventIds[dice.below(eventIds.length)] ?? feedStart
  return [
    {
      name: 'trial balance',
      ask: async () => {
        const { totals, page } = await trialBalance(database, { book, limit })
        for (const { asset, debit, credit } of totals) {
          if (debit !== credit) throw new Error(`the trial balance of ${asset} does not balance`)
        }
        return page.items.length
      },
    },
    { name: 'events, newest first', ask: () => feed({}) },
    { name: 'events, forward', ask: () => feed({ cursor: { after: eventAt() } }) },
    {
      name: 'events of a rare type, forward',
      ask: () => feed({ cursor: { after: eventAt() }, types: ['transfer.voided'] }),
    },
  ]
}
