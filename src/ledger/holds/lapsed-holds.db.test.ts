import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { newUuid } from '#platform/ids'
import { createFeedSequencer, readFeed } from '#platform/outbox'
import {
  brief,
  createRandom,
  createTestDatabase,
  decideTransfer,
  ending,
  firstBook,
  headAt,
  heldForAMoment,
  type ModelHead,
  type ModelHold,
  moving,
  newSeed,
  opening,
  patience,
  type TestDatabase,
  together,
} from '#testing'
import { getAccount } from '../accounts/account-read-model.ts'
import type { CreateTransfer, TransferCommand } from '../commands.ts'
import { createLedger } from '../create-ledger.ts'
import type { Ledger } from '../ledger.ts'
import { listAccounts } from '../lists/account-list-read-model.ts'
import { listTransfers } from '../lists/transfer-list-read-model.ts'
import { balanceAt } from '../reports/balance-read-model.ts'
import { getTransfer } from '../transfers/transfer-read-model.ts'
import { verifyLedger } from '../verify/verify-ledger.ts'

// The ledgers here are never started, so no background task writes the end of lapsed holds.
let test: TestDatabase
let ledger: Ledger
let other: Ledger
let made = 0
let a: string
let b: string

beforeAll(async () => {
  test = await createTestDatabase()
  const onFault = (fault: Error) => {
    throw fault
  }
  ledger = createLedger({ database: test.database, onFault })
  other = createLedger({ database: test.database, onFault })
  await open('world', null)
})
beforeEach(async () => {
  made += 1
  a = await open(`a:${made}`, 0n)
  b = await open(`b:${made}`, 0n)
  expect(await briefs(moving('world', a, 100n))).toEqual(['posted'])
})
afterAll(async () => {
  const { checks } = await verifyLedger(test.database)
  await Promise.all([ledger.stop(5_000), other.stop(5_000)])
  await test.drop()
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
})

async function open(code: string, minAvailable: bigint | null, maxBalance: bigint | null = null) {
  await test.database.transaction((tx) => ledger.createAccounts(tx, [opening(code, { minAvailable, maxBalance })]))
  return code
}
const submit = (...commands: TransferCommand[]) => ledger.submit({ commands, atomic: false })
const briefs = async (...commands: TransferCommand[]) => (await submit(...commands)).map(brief)
const clock = async () => {
  const [row] = await test.database.query<{ now: bigint }>({
    text: 'select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now',
  })
  return Number(row?.now)
}
const passed = (time: number) => vi.waitFor(async () => expect(await clock()).toBeGreaterThan(time), patience(10_000))
/** Holds `amount` until the hold has lapsed; returns its id. */
const lapsed = async (source: string, destination: string, amount: bigint) => {
  const { id, expiresAt } = await heldForAMoment({ clock, submit }, moving(source, destination, amount), 200_000)
  await passed(expiresAt)
  return id
}
const balancesOf = async (code: string) => {
  const account = await getAccount(test.database, firstBook, code)
  const listed = (await listAccounts(test.database, { book: firstBook, limit: 5 })).items.find(
    (item) => item.code === code,
  )
  const balance = await balanceAt(test.database, { book: firstBook, account: code })
  const past = await balanceAt(test.database, { book: firstBook, account: code, at: await clock() })
  const shown = [account, listed, balance, past].map((one) => [one?.posted, one?.pendingOut, one?.pendingIn])
  for (const one of shown) expect(one).toEqual(shown[0])
  return shown[0]
}
const entriesOf = (id: string) =>
  test.database.query({
    text: `select e.kind from ledger.entries e join ledger.transfers t on t.position = e.transfer
      where t.id = $1 and e.kind <> 2`,
    values: [id],
  })

describe('a hold that has lapsed, before its end is written', () => {
  it('is in no balance, and is shown as expired', async () => {
    const [open, id] = [newUuid(), await lapsed(a, b, 70n)]
    expect(await balancesOf(a)).toEqual([100n, 0n, 0n])
    expect(await balancesOf(b)).toEqual([0n, 0n, 0n])
    expect(await getTransfer(test.database, firstBook, id)).toMatchObject({ state: 'expired', amountPosted: 0n })
    expect(await entriesOf(id)).toEqual([])
    const held = moving(a, b, 60n, { id: open, pending: true, expiresAt: (await clock()) + 3_600_000_000 })
    expect(await briefs(held)).toEqual(['pending'])
    expect(await balancesOf(a)).toEqual([100n, 60n, 0n])
    expect(await entriesOf(id)).toHaveLength(2)
  })

  it('is listed among the expired and no longer among the pending', async () => {
    const id = await lapsed(a, b, 70n)
    for (const account of [undefined, a, b]) {
      const listed = async (state: 'pending' | 'expired') => {
        const filter = { state, ...(account !== undefined && { account }) }
        const { items } = await listTransfers(test.database, { book: firstBook, filter, limit: 100 })
        return items.map((item) => item.id)
      }
      expect(await listed('expired')).toContain(id)
      expect(await listed('pending')).not.toContain(id)
    }
  })

  it('leaves its money to the next transfer, in one batch with its end', async () => {
    const id = await lapsed(a, b, 70n)
    expect(await briefs(ending.post(id), moving(a, b, 100n), ending.void(id))).toEqual([
      'transfer_expired (id)',
      'posted',
      'transfer_expired (id)',
    ])
    expect([await balancesOf(a), await balancesOf(b)]).toEqual([
      [0n, 0n, 0n],
      [100n, 0n, 0n],
    ])
    expect(await entriesOf(id)).toHaveLength(2)
    const sequencer = createFeedSequencer({ database: test.database, onFault: () => {} })
    await sequencer.sequence()
    await sequencer.stop()
    const feed = await readFeed(test.database, { book: firstBook, limit: 2 })
    expect(feed?.items.map(({ type }) => type)).toEqual(['transfer.posted', 'transfer.expired'])
  })

  it('leaves room under the limit of its destination', async () => {
    const bounded = await open(`bounded:${made}`, 0n, 80n)
    await lapsed(a, bounded, 70n)
    expect(await briefs(moving(a, bounded, 80n), moving(a, bounded, 1n))).toEqual([
      'posted',
      'balance_limit_exceeded (amount)',
    ])
  })

  it('does not count as incoming to its destination', async () => {
    const bounded = await open(`bounded:${made}`, 0n, 80n)
    const incoming = async () => {
      const standings = await ledger.standings([{ book: firstBook, reference: bounded }])
      return standings(firstBook, bounded)?.incoming
    }
    expect(await incoming()).toBe(0n)
    await lapsed(a, bounded, 70n)
    expect(await briefs(moving('world', bounded, 5n))).toEqual(['posted'])
    expect(await incoming()).toBe(5n)
    const expiresAt = (await clock()) + 3_600_000_000
    expect(await briefs(moving('world', bounded, 20n, { pending: true, expiresAt }))).toEqual(['pending'])
    const id = await lapsed('world', bounded, 30n)
    expect(await incoming()).toBe(25n)
    expect(await entriesOf(id)).toEqual([])
  })

  it('counts neither for a balancing transfer nor for a condition', async () => {
    await lapsed(a, b, 70n)
    const conditions = { source: { availableMin: 100n }, destination: { postedMax: 0n } }
    expect(await briefs(moving(a, b, 10n, { conditions }))).toEqual(['posted'])
    await lapsed(a, b, 70n)
    const outcomes = await submit(moving(a, b, 500n, { balancing: 'source' }))
    expect(outcomes[0]).toMatchObject({ ok: true, transfer: { amount: 90n } })
  })

  it('ends once, however many accounts, batches and processes meet it at its expiry', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { id, expiresAt } = await heldForAMoment({ clock, submit }, moving(a, b, 100n), 60_000)
      await passed(expiresAt - 2_000 * round)
      const back = await vi.waitFor(async () => {
        const outcomes = await Promise.all(
          [ledger, other, ledger, other].flatMap((one) =>
            [ending.post(id), moving(a, b, 100n), ending.expire(id)].map((command) =>
              one.submit({ commands: [command], atomic: false }),
            ),
          ),
        )
        expect(outcomes.flat().some(({ ok }) => ok)).toBe(true)
        return outcomes.flat()
      }, 10_000)
      const moved = back.filter((outcome) => outcome.ok && outcome.transfer.amountPosted === 100n)
      expect(moved).toHaveLength(1)
      expect(await balancesOf(a)).toEqual([0n, 0n, 0n])
      expect(await balancesOf(b)).toEqual([100n, 0n, 0n])
      expect(await entriesOf(id)).toHaveLength(2)
      expect(await briefs(moving(b, a, 100n))).toEqual(['posted'])
    }
  })

  it("ends in a refused atomic group and in a caller's transaction, and in a dry run without effect", async () => {
    const id = await lapsed(a, b, 70n)
    const dry = await ledger.dryRun({ commands: [moving(a, b, 100n)], atomic: false })
    expect(dry.map(brief)).toEqual(['posted'])
    expect(await entriesOf(id)).toEqual([])
    const refused = await ledger.submit(together(moving(a, b, 100n), moving(a, b, 1n)))
    expect(refused.map(brief)).toEqual(['group_refused', 'insufficient_funds (amount)'])
    expect(await entriesOf(id)).toHaveLength(2)
    await lapsed(a, b, 70n)
    const posted = await test.database.transaction((tx) =>
      ledger.post(tx, { commands: [moving(a, b, 100n)], atomic: false }),
    )
    expect(posted.map(brief)).toEqual(['posted'])
    expect(await balancesOf(a)).toEqual([0n, 0n, 0n])
  })

  it('does not keep an account from being closed, nor count as a change of it', async () => {
    const empty = await open(`empty:${made}`, 0n)
    const id = await lapsed(a, empty, 70n)
    const seen = await getAccount(test.database, firstBook, empty)
    const version = seen?.version ?? 0
    const closed = await test.database.transaction((tx) =>
      ledger.changeAccount(tx, { book: firstBook, account: empty, state: 'closed', version }),
    )
    expect(closed).toMatchObject({ ok: true, value: { state: 'closed', pendingIn: 0n } })
    expect(await entriesOf(id)).toHaveLength(2)
    expect(await balancesOf(a)).toEqual([100n, 0n, 0n])
  })

  it('is in no balance between its lapse and its end, even once that end is written', async () => {
    await lapsed(a, b, 70n)
    const between = await clock()
    const shown = async () => balanceAt(test.database, { book: firstBook, account: a, at: between })
    expect(await shown()).toMatchObject({ posted: 100n, pendingOut: 0n })
    expect(await briefs(moving(a, b, 100n))).toEqual(['posted'])
    expect(await shown()).toMatchObject({ posted: 100n, pendingOut: 0n })
  })

  it('has counterpart accounts that the batch does not name, some with more lapsed holds', async () => {
    const c = await open(`c:${made}`, 0n)
    await lapsed(a, b, 40n)
    await lapsed(a, c, 60n)
    expect(await briefs(moving('world', b, 5n), moving(a, c, 100n))).toEqual(['posted', 'posted'])
    expect([await balancesOf(a), await balancesOf(b), await balancesOf(c)]).toEqual([
      [0n, 0n, 0n],
      [5n, 0n, 0n],
      [100n, 0n, 0n],
    ])
  })
})

const seed = newSeed()
const balancing = 'source' as const

type OpenHold = ModelHold & { readonly id: string }
const empty = { version: 0, pendingOut: 0n, pendingIn: 0n, state: 'open', minAvailable: 0n, asset: 'USD' } as const

/** The model's books of some accounts: posted balances, and holds that have not ended. */
function modelBooks(codes: readonly string[]) {
  const heads = new Map<string, ModelHead>(codes.map((code) => [code, { ...empty, posted: 100n, maxBalance: 400n }]))
  const holds = new Set<OpenHold>()
  const headOf = (code: string) => heads.get(code) ?? { ...empty, posted: 0n, maxBalance: null }
  const add = (code: string, amount: bigint) =>
    heads.set(code, { ...headOf(code), posted: headOf(code).posted + amount })
  return {
    holds,
    at: (code: string, now: number) => headAt(headOf(code), code, [...holds], now),
    move: ({ source, destination, amount }: Pick<ModelHold, 'source' | 'destination' | 'amount'>) => {
      add(source, -amount)
      add(destination, amount)
    },
    /** Waits until holds of a few milliseconds have lapsed, so that none lapses while a step is decided. */
    afterShort: async () => {
      const start = await clock()
      const soon = [...holds].flatMap(({ expiresAt = 0 }) => (expiresAt < start + 60_000_000 ? [expiresAt] : []))
      if (soon.length > 0) await passed(Math.max(...soon))
      return clock()
    },
  }
}

async function endInModel(model: ReturnType<typeof modelBooks>, hold: OpenHold, now: number) {
  const isLapsed = hold.expiresAt !== undefined && hold.expiresAt <= now
  expect(await briefs(ending.post(hold.id))).toEqual([isLapsed ? 'transfer_expired (id)' : 'posted'])
  model.holds.delete(hold)
  if (!isLapsed) model.move(hold)
}

async function submitInModel(model: ReturnType<typeof modelBooks>, by: Ledger, command: CreateTransfer, now: number) {
  const { source, destination, expiresAt } = command
  const heads = { source: model.at(source, now), destination: model.at(destination, now) }
  const verdict = decideTransfer(command, { ...heads, isReferenceTaken: false, now })
  const [outcome] = await by.submit({ commands: [command], atomic: false })
  if (outcome?.ok === true) {
    const { amount } = outcome.transfer
    expect(verdict).toEqual({ amount })
    if (command.pending === true) model.holds.add({ id: command.id, source, destination, amount, expiresAt })
    else model.move({ source, destination, amount })
    // On a busy machine, the request may come so late that the hold would already have lapsed.
  } else if (outcome?.refusal.code !== 'expires_at_in_past') {
    expect(outcome && brief(outcome)).toBe('refused' in verdict ? verdict.refused : 'to be booked')
  }
}

it(`agrees with the model over random holds that lapse, transfers and ends (seed ${seed})`, async () => {
  const { below, chance, pick } = createRandom(seed)
  const codes = await Promise.all(['p', 'q', 'r', 's'].map((name) => open(`${name}:${made}`, 0n, 400n)))
  const anyCode = () => pick(codes)
  for (const code of codes) expect(await briefs(moving('world', code, 100n))).toEqual(['posted'])
  const model = modelBooks(codes)
  for (let step = 0; step < 100; step += 1) {
    const now = await model.afterShort()
    const hold = [...model.holds][below(model.holds.size * 3)]
    if (hold !== undefined) {
      await endInModel(model, hold, now)
      continue
    }
    const expiresAt = chance(0.7) ? now + 15_000 : now + 3_600_000_000
    const held = chance(0.6) ? { pending: true, expiresAt } : {}
    const also = { id: newUuid(), ...held, ...(chance(0.2) && { balancing }) }
    const command = moving(anyCode(), anyCode(), BigInt(1 + below(150)), also)
    await submitInModel(model, chance(0.5) ? ledger : other, command, now)
  }
  const now = await model.afterShort()
  for (const code of codes) {
    const { posted, pendingOut, pendingIn } = model.at(code, now)
    expect(await balancesOf(code)).toEqual([posted, pendingOut, pendingIn])
  }
})

it('lapses by the clock of the database, also while a clock that was set back lags behind the books', async () => {
  // As after a clock that was an hour ahead: the latest batch is recorded at a time that is now in the future.
  const [ahead] = await test.database.query<{ position: bigint }>({
    text: `update ledger.batches set recorded_at = recorded_at + interval '1 hour'
      where position = (select max(position) from ledger.batches) returning position`,
  })
  const [id, expiresAt] = [newUuid(), (await clock()) + 600_000_000]
  expect(await briefs(moving(a, b, 30n, { id, pending: true, expiresAt }))).toEqual(['pending'])
  expect(await getAccount(test.database, firstBook, a)).toMatchObject({ posted: 100n, pendingOut: 30n })
  expect(await briefs(moving(a, b, 71n), ending.post(id))).toEqual(['insufficient_funds (amount)', 'posted'])
  await test.database.query({
    text: `update ledger.batches set recorded_at = recorded_at - interval '1 hour' where position = $1`,
    values: [ahead?.position],
  })
})
