import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { getAccount, type Ledger, verifyLedger } from '#ledger'
import { type Database, openDatabase } from '#platform/postgres'
import {
  brief,
  type CuttingProxy,
  createTestDatabase,
  moving,
  opening,
  patience,
  startCuttingProxy,
  type TestDatabase,
} from '#testing'
import { importChanged, type Replacement, startVariant, type Variant } from './support/program-variant.ts'
import { startSwitchingServers } from './support/switching-servers.ts'

// Each guard of the ledger's writing unit is removed, and the test expects the failure that it prevents.

type Scene = Variant & { readonly test: TestDatabase; readonly proxy: CuttingProxy }

const accounts = ['world', 'a', 'b', 'c'].map((code) => opening(code, code === 'world' ? { minAvailable: null } : {}))

/** Plays through a proxy; answers the failures in the answers, the balances and the books. */
async function playOn(replacement: Replacement | undefined, play: (scene: Scene) => Promise<string[]>) {
  const test = await createTestDatabase()
  const proxy = await startCuttingProxy(test.connection)
  const through = { ...test, connection: { ...test.connection, host: proxy.host, port: proxy.port } }
  const variant = await startVariant(through, replacement)
  try {
    await test.database.transaction((tx) => variant.first.createAccounts(tx, accounts))
    const seen = await play({ ...variant, test, proxy })
    const { checks } = await verifyLedger(test.database)
    return [...seen, ...checks.flatMap(({ findings }) => findings)]
  } finally {
    await proxy.stop()
    await variant.stop()
    await test.drop()
  }
}

const submit = async (ledger: Ledger, ...commands: Parameters<Ledger['submit']>[0]['commands']) =>
  (await ledger.submit({ commands, atomic: false })).map(brief)

async function unlessBalance(database: Database, code: string, expected: bigint): Promise<string[]> {
  const account = await getAccount(database, 1, code)
  return account?.posted === expected ? [] : [`${code} stands at ${account?.posted}, expected ${expected}`]
}

it('without the rollback of abandoned units, batches behind a failed one would be booked beside it', async () => {
  const replacement: Replacement = {
    file: 'platform/postgres/units/commit-unit.ts',
    replace: ({ beginUnit }) => ({
      beginUnit: (...given: unknown[]) => ({ ...beginUnit(...given), abandon: async () => undefined }),
    }),
  }
  const play = async ({ first, second, test }: Scene) => {
    await submit(first, moving('world', 'a', 100_000n), moving('world', 'b', 1n))
    await submit(second, moving('world', 'a', 1n))
    const batches = Array.from({ length: 4 }, () => Array.from({ length: 800 }, () => moving('a', 'b', 1n)))
    const ends = await Promise.allSettled(batches.map((commands) => submit(first, ...commands)))
    const booked = BigInt(ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : [])).length)
    return [
      ...(booked === 3_200n ? [] : [`${booked} were answered`]),
      ...(await unlessBalance(test.database, 'b', 1n + booked)),
    ]
  }
  expect(await playOn(undefined, play)).toEqual([])
  expect(await playOn(replacement, play)).not.toEqual([])
})

it('without the hash, a number that another server reuses would pass for the batch that was cut off', async () => {
  const replacement: Replacement = {
    file: 'ledger/booking/batch-store.ts',
    replace: () => ({
      proofOfBatch: ({ position }: { position: number }) => ({
        write: undefined,
        find: {
          name: 'by-position',
          text: 'select from ledger.batches where position = $1::bigint',
          values: [String(position)],
        },
      }),
    }),
  }
  const play = async ({ first, test, proxy }: Scene) => {
    await submit(first, moving('world', 'a', 10n))
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    proxy.closeUntil(opened)
    proxy.arm('before')
    const answered = submit(first, moving('a', 'b', 3n))
    await expect.poll(() => proxy.cuts(), { timeout: patience(5_000) }).toBe(1)
    // Another batch now has the number that the sequence gave to the cut-off batch.
    const given = `(select last_value * 16384 from ledger.batch_number)`
    await test.database.query({
      text: `insert into ledger.batches (position, recorded_at, operations, hash, is_unsealed)
        values (${given}, now(), 1, '\\x00', false)`,
    })
    open()
    const answers = await answered
    await test.database.query({ text: `delete from ledger.batches where hash = '\\x00'` })
    return [
      ...(String(answers) === 'posted' ? [] : [`answered ${answers}`]),
      ...(await unlessBalance(test.database, 'b', 3n)),
    ]
  }
  expect(await playOn(undefined, play)).toEqual([])
  expect((await playOn(replacement, play)).join()).toContain('b stands at 0, expected 3')
})

it('without the deadline, the writer would wait for as long as a connection is silent', async () => {
  const withExchangeMs = (exchangeMs: number): Replacement => ({
    file: 'platform/postgres/units/unit-line.ts',
    replace: ({ createUnitLine }) => ({
      createUnitLine: (database: unknown, options: object) => createUnitLine(database, { ...options, exchangeMs }),
    }),
  })
  const playWaiting = (waitMs: number) => async (scene: Scene) => {
    const { first, test, proxy } = scene
    await submit(first, moving('world', 'a', 10n))
    proxy.freeze()
    const answered = submit(first, moving('a', 'b', 3n)).catch((error: unknown) => [String(error)])
    const answers = await Promise.race([answered, sleep(waitMs, ['no answer'], { ref: false })])
    return [
      ...(String(answers) === 'posted' ? [] : [`answered ${answers}`]),
      ...(await unlessBalance(test.database, 'b', 3n)),
    ]
  }
  expect(await playOn(withExchangeMs(1_000), playWaiting(patience(15_000)))).toEqual([])
  expect((await playOn(withExchangeMs(3_600_000), playWaiting(2_000))).join()).toContain('no answer')
})

/** Books something that the new server lacks, and then spends more than there is. */
async function spendAfterSwitch(replacement: Replacement | undefined): Promise<string[]> {
  const servers = await startSwitchingServers()
  try {
    const changed = await importChanged(replacement, async () => ({
      ...(await import('#ledger')),
      ...(await import('#platform/postgres')),
    }))
    const database = changed.openDatabase({ ...servers.connection, onIdleError: () => undefined })
    const faults: Error[] = []
    const ledger: Ledger = changed.createLedger({ database, onFault: (fault) => faults.push(fault) })
    await ledger.start()
    await database.transaction((tx) => ledger.createAccounts(tx, accounts))
    await submit(ledger, moving('world', 'a', 100n))
    await servers.copy()
    await submit(ledger, moving('world', 'a', 50n))
    await servers.switchToCopy()
    const answers = await submitPatiently(ledger)
    await ledger.stop(5_000)
    await database.close()
    const direct = openDatabase(servers.direct())
    const seen = [
      ...(String(answers) === 'insufficient_funds (amount)' ? [] : [`answered ${answers}`]),
      ...(await unlessBalance(direct, 'a', 100n)),
      ...(await verifyLedger(direct)).checks.flatMap(({ findings }) => findings),
      ...(faults.some((fault) => 'code' in fault && fault.code === 'ledger_batches_lost') || replacement !== undefined
        ? []
        : ['what was lost was not reported']),
    ]
    await direct.close()
    return seen
  } finally {
    await servers.stop()
  }
}

async function submitPatiently(ledger: Ledger): Promise<string[]> {
  for (;;) {
    try {
      return await submit(ledger, moving('a', 'b', 120n))
    } catch (error) {
      if (!(error instanceof Error && 'retryable' in error && error.retryable)) throw error
    }
  }
}

it('without the epoch, money that a lost server had would be spent from another one', async () => {
  const replacement: Replacement = {
    file: 'platform/postgres/units/epochs.ts',
    replace: () => ({ createEpochs: () => ({ current: () => 0, reached: () => 0, onNew: () => () => undefined }) }),
  }
  expect(await spendAfterSwitch(undefined)).toEqual([])
  expect((await spendAfterSwitch(replacement)).join()).toContain('answered posted')
})
