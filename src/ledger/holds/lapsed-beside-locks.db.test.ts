import { expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { brief, createTestDatabase, heldForAMoment, moving, opening, until } from '#testing'
import { getAccount } from '../accounts/account-read-model.ts'
import type { TransferCommand } from '../commands.ts'
import { createLedger } from '../create-ledger.ts'
import { verifyLedger } from '../verify/verify-ledger.ts'

// A lapsed hold holds nothing. Its end cannot be written while another process locks its other account.

it.each([
  ['is not refused for its sake', moving('x', 'z', 100n, { id: newUuid() })],
  ['is not made smaller by it', moving('x', 'z', 1_000n, { id: newUuid(), balancing: 'source' })],
  [
    'meets its condition',
    moving('x', 'z', 100n, { id: newUuid(), conditions: { source: { availableMin: 100n, availableMax: 100n } } }),
  ],
])('a request on an account with a lapsed hold waits for the end of that, and %s', async (_, payment) => {
  const { database, drop } = await createTestDatabase()
  const create = () => createLedger({ database, onFault: () => undefined })
  const [ledger, other] = [create(), create()]
  const open = (code: string, minAvailable: bigint | null = 0n) => opening(code, { minAvailable })
  await database.transaction((tx) =>
    ledger.createAccounts(tx, [open('world', null), open('c', null), open('x'), open('y'), open('z')]),
  )
  const numberOf = async (text: string) => Number((await database.query<{ n: bigint }>({ text }))[0]?.n)
  const waitingForLocks = () =>
    numberOf(`select count(*) as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`)
  const clock = () => numberOf('select (extract(epoch from clock_timestamp()) * 1000000)::bigint as n')
  const submit = (...commands: TransferCommand[]) => ledger.submit({ commands, atomic: false })
  expect((await submit(moving('world', 'x', 100n))).map(brief)).toEqual(['posted'])
  await heldForAMoment({ clock, submit }, moving('x', 'y', 60n), 1_500_000)
  const [posted, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const posting = database.transaction(async (tx) => {
    await other.post(tx, { commands: [moving('world', 'y', 1n)], atomic: false })
    posted.resolve()
    await released.promise
  })
  await posted.promise
  await until(async () => (await getAccount(database, 1, 'x'))?.pendingOut === 0n)
  const answer = ledger.submit({ commands: [payment], atomic: false })
  // It meets the lock and stops waiting for it; other requests are served.
  await until(async () => (await waitingForLocks()) > 0)
  await until(async () => (await waitingForLocks()) === 0)
  for (let round = 0; round < 20; round += 1)
    expect((await ledger.submit({ commands: [moving('c', 'z', 1n)], atomic: false })).map(brief)).toEqual(['posted'])
  released.resolve()
  await posting
  expect((await answer).map(brief)).toEqual(['posted'])
  expect(await getAccount(database, 1, 'x')).toMatchObject({ posted: 0n, pendingOut: 0n })
  expect(await getAccount(database, 1, 'y')).toMatchObject({ posted: 1n, pendingIn: 0n })
  const { checks } = await verifyLedger(database)
  await ledger.stop(5_000)
  await other.stop(5_000)
  await drop()
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
})
