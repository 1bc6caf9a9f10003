import { expect, it, vi } from 'vitest'
import { type CommandGroup, type Ledger, type TransferOutcome, verifyLedger } from '#ledger'
import { newUuid } from '#platform/ids'
import type { Database, DatabaseFault } from '#platform/postgres'
import { bookedOf, brief, createTestDatabase, ending, moving, opening, patience, type TestDatabase } from '#testing'
import { runModel } from './support/model-run.ts'
import { type Replacement, startVariant, type Variant } from './support/program-variant.ts'

// Each guard of the books is removed, and the test expects the failure that it prevents. A test that passes with the
// guard and without it proves nothing.

type Scene = Variant & { readonly test: TestDatabase }

type Removal = { readonly sql?: string; readonly replacement?: Replacement }

/** Two works that are to meet may miss each other on a busy machine. */
const playsMax = 10

/** Plays on intact books, and on books without the guard until it fails there; answers the failures. */
async function seenToFail(removal: Removal, play: (scene: Scene) => Promise<string[]>) {
  expect(await playOn({}, play)).toEqual([])
  let wrong: string[] = []
  for (let plays = 0; plays < playsMax && wrong.length === 0; plays += 1) wrong = await playOn(removal, play)
  expect(wrong).not.toEqual([])
  return wrong.join('\n')
}

async function playOn({ sql, replacement }: Removal, play: (scene: Scene) => Promise<string[]>): Promise<string[]> {
  const test = await createTestDatabase()
  for (const text of sql?.split(';') ?? []) await test.database.query({ text })
  const variant = await startVariant(test, replacement)
  try {
    const accounts = ['world', 'a', 'b', 'c', 'd'].map((code) =>
      opening(code, code === 'world' ? { minAvailable: null } : {}),
    )
    await variant.database.transaction((tx) => variant.first.createAccounts(tx, accounts))
    const seen = await play({ ...variant, test })
    const { checks } = await verifyLedger(test.database)
    return [...seen, ...checks.flatMap(({ findings }) => findings)]
  } finally {
    await variant.stop()
    await test.drop()
  }
}

const submit = async (ledger: Ledger, ...commands: CommandGroup['commands']) =>
  (await ledger.submit({ commands, atomic: false })).map(brief)

/** A failure unless the answers are as expected. */
function unless(answers: readonly string[], ...expected: string[]): string[] {
  return String(answers) === String(expected) ? [] : [`answered ${answers}, expected ${expected}`]
}

/** Runs all works at one moment: each has decided before any commits. */
async function atOneMoment<Value>(database: Database, works: readonly (() => Promise<Value>)[]): Promise<Value[]> {
  let ends: Promise<Value>[] = []
  await database.transaction(async (tx) => {
    await tx.query({ text: 'lock table ledger.batches in share mode' })
    ends = works.map((work) => work())
    await vi.waitFor(async () => {
      const waiting = await database.query({
        text: `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
          and backend_type = 'client backend'`,
      })
      expect(waiting.length).toBeGreaterThanOrEqual(works.length)
    }, patience(5_000))
  })
  return Promise.all(ends)
}

it('without the primary key of entries, a writer with an old balance would spend it again', async () => {
  const wrong = await seenToFail({ sql: 'alter table ledger.entries drop constraint entries_pkey' }, async (scene) => {
    const { first, second } = scene
    await submit(first, moving('world', 'a', 100n), moving('a', 'b', 1n))
    await submit(second, moving('a', 'b', 99n))
    return unless(await submit(first, moving('a', 'c', 50n)), 'insufficient_funds (amount)')
  })
  expect(wrong).toContain('answered posted')
  expect(wrong).toContain('version 3 of account a')
})

it('without the check of heads, a writer with an old balance would refuse for lack of funds', async () => {
  const requireHeadsStep = () => ({ name: 'nothing', text: 'select 1' })
  const replacement = { file: 'ledger/booking/batch-store.ts', replace: () => ({ requireHeadsStep }) }
  const wrong = await seenToFail({ replacement }, async ({ first, second }) => {
    await submit(first, moving('world', 'a', 1n), moving('a', 'b', 1n))
    await submit(second, moving('world', 'a', 100n))
    return unless(await submit(first, moving('a', 'b', 100n)), 'posted')
  })
  expect(wrong).toContain('answered insufficient_funds')
})

it('without the primary key of transfers, two processes would book one id twice', async () => {
  const wrong = await seenToFail(
    { sql: 'alter table ledger.transfers drop constraint transfers_pkey' },
    async (scene) => {
      const { first, second, database } = scene
      const id = newUuid()
      const answers = await atOneMoment(database, [
        () => submit(first, moving('world', 'a', 1n, { id })),
        () => submit(second, moving('c', 'd', 1n, { id })),
      ])
      return unless(answers.flat().sort(), ...decidedOnce(answers.flat()))
    },
  )
  expect(wrong).toMatch(/transfer trf_\w+ of book 1 was booked 1 times and refused 1 times/)
})

/** Either request decides the id, and the other is refused. */
function decidedOnce(answers: readonly string[]): string[] {
  const first = answers.includes('posted') ? 'posted' : 'insufficient_funds (amount)'
  return ['id_already_used (source)', first].sort()
}

it('without the unique reference, two processes would use one twice', async () => {
  const wrong = await seenToFail({ sql: 'drop index ledger.transfers_by_reference' }, async (scene) => {
    const { first, second, database } = scene
    await submit(first, moving('world', 'a', 10n), moving('world', 'c', 10n))
    const answers = await atOneMoment(database, [
      () => submit(first, moving('a', 'b', 1n, { reference: 'one' })),
      () => submit(second, moving('c', 'd', 1n, { reference: 'one' })),
    ])
    return unless(answers.flat().sort(), 'posted', 'reference_taken (reference)')
  })
  expect(wrong).toContain('reference "one" of book 1 is that of')
})

const postTwice = async ({ first, second, database }: Scene) => {
  await submit(first, moving('world', 'a', 100n))
  const [hold] = await first.submit({ commands: [moving('a', 'b', 40n, { pending: true })], atomic: false })
  const { id } = bookedOf(hold)
  // The second process has current heads as well.
  await submit(second, moving('a', 'b', 1n))
  await submit(first, moving('a', 'b', 1n))
  const answers = await atOneMoment(database, [
    () => submit(first, ending.post(id)),
    () => submit(second, ending.post(id)),
  ])
  return unless(answers.flat().sort(), 'posted', 'transfer_already_posted (id)')
}
const withoutEntriesKey = 'alter table ledger.entries drop constraint entries_pkey'
const withoutResolutionsKey = 'alter table ledger.resolutions drop constraint resolutions_pkey'

it('without the primary keys of resolutions and entries, two processes would post one hold twice', async () => {
  const wrong = await seenToFail({ sql: `${withoutEntriesKey}; ${withoutResolutionsKey}` }, postTwice)
  expect(wrong).toContain('was ended 2 times')
  // Each of the two keys suffices.
  expect(await playOn({ sql: withoutResolutionsKey }, postTwice)).toEqual([])
  expect((await playOn({ sql: withoutEntriesKey }, postTwice)).join()).not.toContain('was ended 2 times')
})

it('without the key of idempotency keys, two processes would do different things under one key', async () => {
  const sql = 'alter table platform.idempotency_keys drop constraint idempotency_keys_pkey'
  const wrong = await seenToFail({ sql }, async ({ first, second, database }) => {
    const once = (ledger: Ledger, from: string, to: string) => {
      const idempotency = {
        ...{ book: 1, key: 'one', fingerprint: Buffer.from(from) },
        answer: (outcomes: readonly TransferOutcome[]) => ({ status: 201, body: String(outcomes.length) }),
      }
      return ledger.submitOnce({ commands: [moving(from, to, 1n)], atomic: false }, idempotency)
    }
    await submit(first, moving('world', 'a', 1n), moving('world', 'c', 1n))
    const ends = await atOneMoment(database, [() => once(first, 'a', 'b'), () => once(second, 'c', 'd')])
    return unless(ends.map(({ kind }) => kind).sort(), 'done', 'mismatched')
  })
  expect(wrong).toContain('answered done,done')
})

it('without the unique code, two connections would open one account twice', async () => {
  const sql = 'alter table ledger.accounts drop constraint accounts_book_id_code_key'
  const wrong = await seenToFail({ sql }, async ({ first, second, database }) => {
    const open = (ledger: Ledger) => async () =>
      (await database.transaction((tx) => ledger.createAccounts(tx, [opening('twin')]))).map(brief)
    const answers = await atOneMoment(database, [open(first), open(second)])
    return unless(answers.flat().sort(), 'account_code_taken (code)', 'open')
  })
  expect(wrong).toContain('there are 2 accounts of code, book_id twin of book 1')
})

it.each([
  ['refuseByAmount', 'below the min_available', moving('a', 'b', 1n), 'insufficient_funds (amount)'],
  ['refuseByFacts', 'which differ in asset or book', moving('a', 'euro', 1n), 'asset_mismatch (destination)'],
])('without the rule %s, commands that it refuses would be booked, and found', async (rule, found, command, answer) => {
  const replacement = { file: 'ledger/transfers/transfer-rules.ts', replace: () => ({ [rule]: () => undefined }) }
  const wrong = await seenToFail({ replacement }, async ({ first, database }) => {
    const accounts = [opening('euro', { asset: 'EUR' })]
    await database.transaction((tx) => first.createAccounts(tx, accounts))
    if (rule !== 'refuseByAmount') await submit(first, moving('world', 'a', 10n))
    return unless(await submit(first, command), answer)
  })
  expect(wrong).toMatch(found)
})

it('without the memory of refused ids, a replay would book a refused command', async () => {
  const replacement: Replacement = {
    file: 'ledger/booking/batch-rows.ts',
    replace: ({ BatchRows }) => ({
      BatchRows: class extends BatchRows {
        refused(): void {}
      },
    }),
  }
  const wrong = await seenToFail({ replacement }, async ({ first }) => {
    const command = moving('a', 'b', 5n, { id: newUuid() })
    await submit(first, command)
    await submit(first, moving('world', 'a', 5n))
    return unless(await submit(first, command), 'insufficient_funds (amount) again')
  })
  expect(wrong).toContain('answered posted')
})

it.each([
  ['takeBackGroup', 'transfers/working-set.ts', 'WorkingSet'],
  ['rewind', 'booking/batch-rows.ts', 'BatchRows'],
])('without the rollback of groups, %s, half of a refused group would be in the books', async (method, file, name) => {
  const replacement: Replacement = {
    file: `ledger/${file}`,
    replace: (original) => ({
      [name]: class extends original[name] {
        [method](): void {}
      },
    }),
  }
  await seenToFail({ replacement }, async ({ first }) => {
    await submit(first, moving('world', 'a', 10n))
    const group = { commands: [moving('a', 'b', 6n), moving('b', 'c', 7n)], atomic: true }
    const answers = (await first.submit(group)).map(brief)
    const after = await submit(first, moving('a', 'd', 10n))
    return [...unless(answers, 'group_refused', 'insufficient_funds (amount)'), ...unless(after, 'posted')]
  })
})

// biome-ignore lint/suspicious/noExplicitAny: a replacement may take any rule's place.
type Rules = Record<string, (...given: any[]) => unknown>

function rulesWith(replace: (original: Rules) => Rules, file = 'transfers/transfer-rules.ts'): Removal {
  return { replacement: { file: `ledger/${file}`, replace } }
}

const modelGuards: [what: string, removal: Removal, clients: number][] = [
  ['the entries have no primary key', { sql: withoutEntriesKey }, 16],
  ['the state of accounts is passed over', rulesWith(() => ({ refuseByState: () => undefined })), 1],
  [
    'the limits of accounts are passed over',
    rulesWith(({ refusal }) => ({
      refuseByAmount: (amount: bigint) => (amount > 0n ? undefined : refusal?.('nothing_to_move', 'balancing')),
    })),
    1,
  ],
  ['balancing transfers move what was asked for', rulesWith(() => ({ amountToMove: ({ amount }) => amount })), 1],
  [
    'a replay is not compared with the first request',
    rulesWith(() => ({ firstDifference: () => undefined }), 'transfers/transfer-request.ts'),
    1,
  ],
]

const checkViolation = '23514'

it.each(modelGuards)('the model finds a difference when %s', async (_, removal, clients) => {
  const wrong: string[] = []
  // The schedule is random, so several runs may be needed before the missing guard shows.
  for (let seed = 1; wrong.length === 0 && seed <= 8; seed += 1) {
    const test = await createTestDatabase()
    if (removal.sql !== undefined) await test.database.query({ text: removal.sql })
    const { first, second, database, stop } = await startVariant(test, removal.replacement)
    try {
      const shape = { seed, clients, steps: clients === 1 ? 100 : 25 }
      wrong.push(...(await runModel({ database, ledgers: [first, second] }, shape)).wrong)
    } catch (fault) {
      // A second guard may stop the failure: that counts as well. The changed program has its own class of the error.
      const { state, message } = fault as DatabaseFault
      if (state !== checkViolation) throw fault
      wrong.push(message)
    } finally {
      await stop()
      await test.drop()
    }
  }
  expect(wrong).not.toEqual([])
})
