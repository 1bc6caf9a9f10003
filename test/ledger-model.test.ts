import { expect, it } from 'vitest'
import { type Account, type CreateAccount, createLedger, getAccount, type Ledger, verifyLedger } from '#ledger'
import { createTestDatabase, firstBook, opening } from '#testing'
import { checkAgainstModel } from './support/ledger-check.ts'
import { readHistory } from './support/ledger-history.ts'
import { type Answered, loadAccounts, putLoad } from './support/ledger-load.ts'
import { newSeed } from './support/random-history.ts'

// MUNIM_SEED makes the clients do the same again; MUNIM_MODEL_RUNS and MUNIM_MODEL_STEPS make more of it.
const { MUNIM_SEED, MUNIM_MODEL_RUNS = '2', MUNIM_MODEL_STEPS = '30' } = process.env
const seeds =
  MUNIM_SEED === undefined
    ? Array.from({ length: Number(MUNIM_MODEL_RUNS) }, () => newSeed() % 1_000_000)
    : [Number(MUNIM_SEED)]
const steps = Number(MUNIM_MODEL_STEPS)

it.each(seeds)(
  'two processes and sixteen clients at once do what the model does (MUNIM_SEED=%i)',
  async (seed) => {
    const { answered, wrong } = await run({ seed, clients: 16, steps })
    expect(wrong).toEqual([])
    // Enough of everything has happened for this to mean something.
    const answers = countAnswers(answered)
    expect(answers.get('booked')).toBeGreaterThan(steps * 5)
    expect(answers.size).toBeGreaterThan(12)
  },
  120_000,
)

it.each(seeds)(
  'one client after another does exactly what the model does (MUNIM_SEED=%i)',
  async (seed) => {
    const { answered, wrong } = await run({ seed, clients: 1, steps: steps * 3 })
    expect(wrong).toEqual([])
    expect(countAnswers(answered).get('booked')).toBeGreaterThan(steps / 2)
  },
  120_000,
)

async function run(load: { seed: number; clients: number; steps: number }) {
  const test = await createTestDatabase({ pool: { connectionsMax: 20 } })
  const { database } = test
  const faults: Error[] = []
  const ledgers = [0, 1].map(() => createLedger({ database, onFault: (fault) => faults.push(fault) }))
  for (const ledger of ledgers) await ledger.start()
  const opened = await openAccounts(database, ledgers[0] as Ledger)
  const answered = await putLoad({ database, ledgers, book: firstBook, ...load })
  for (const ledger of ledgers) await ledger.stop(5_000)
  const { wrong, heads } = checkAgainstModel(answered, await readHistory(database, firstBook), opened)
  for (const [code, head] of heads) {
    const account = await getAccount(database, firstBook, code)
    expect(account).toMatchObject({ posted: head.posted, pendingOut: head.pendingOut, pendingIn: head.pendingIn })
  }
  const { checks } = await verifyLedger(database)
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
  expect(faults).toEqual([])
  await test.drop()
  return { answered, wrong: wrong.slice(0, 20) }
}

async function openAccounts(database: Parameters<typeof verifyLedger>[0], ledger: Ledger): Promise<Account[]> {
  const limits: Record<string, Partial<CreateAccount>> = {
    world: { minAvailable: null },
    hot: { minAvailable: null },
    d: { maxBalance: 300n },
    euro: { asset: 'EUR', minAvailable: null },
  }
  const commands = loadAccounts.map((code) => opening(code, limits[code] ?? {}))
  const outcomes = await database.transaction((tx) => ledger.createAccounts(tx, commands))
  return outcomes.flatMap((outcome) => (outcome.ok ? [outcome.account] : []))
}

function countAnswers({ groups }: Answered): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { outcome, mode } of groups.flat()) {
    if (mode === 'dry' || mode === 'undone') continue
    const answer = outcome.replayed ? 'replayed' : outcome.ok ? 'booked' : outcome.refusal.code
    counts.set(answer, (counts.get(answer) ?? 0) + 1)
  }
  return counts
}
