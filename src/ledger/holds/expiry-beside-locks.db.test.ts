import { expect, it } from 'vitest'
import type { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import { brief, createTestDatabase, ending, moving, opening, until } from '#testing'
import { getAccount } from '../accounts/account-read-model.ts'
import { createLedger } from '../create-ledger.ts'
import { verifyLedger } from '../verify/verify-ledger.ts'

// A lock on one account does not keep holds on other accounts from their end.

it('holds on other accounts expire while those of a locked account wait', async () => {
  const { database, drop } = await createTestDatabase()
  const faults: string[] = []
  const startLedger = async () => {
    const started = createLedger({ database, onFault: (fault) => faults.push(fault.message) })
    await started.start()
    return started
  }
  let ledger = await startLedger()
  const somebody = await database.session('somebody')
  const open = (code: string, minAvailable: bigint | null = 0n) => opening(code, { minAvailable })
  await database.transaction((tx) =>
    ledger.createAccounts(tx, [open('x', null), open('y'), open('c', null), open('d'), open('e', null), open('f')]),
  )
  const clock = async () => {
    const [row] = await database.query<{ now: bigint }>({
      text: 'select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now',
    })
    return Number(row?.now)
  }
  const others = ['e', 'f'] as const
  const measuredFrom = await clock()
  for (let times = 0; times < 2; times += 1)
    await ledger.submit({ commands: Array.from({ length: 3_500 }, () => moving(...others, 1n)), atomic: false })
  // Many times as long as such a number of holds took to book just now.
  const start = await clock()
  const expiresAt = start + 2_000_000 + 8 * (start - measuredFrom)
  const hold = (source: string, destination: string, order: number) =>
    moving(source, destination, 1n, { id: newUuid(), pending: true, expiresAt: expiresAt + order })
  // More than are ended at once, and the oldest of all.
  const kept = Array.from({ length: 7_000 }, (_, order) => hold('x', 'y', order))
  const other = hold('c', 'd', 10_000)
  const made = [kept.slice(0, 3_500), kept.slice(3_500), [other]]
  for (const commands of made) {
    const outcomes = await ledger.submit({ commands, atomic: false })
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
  }
  await ledger.stop(5_000)
  const ended = async (codes: readonly string[]) =>
    Number(
      (
        await database.query<{ count: bigint }>({
          text: `select count(*) as count from ledger.entries join ledger.accounts on number = account
            where code = any ($1) and kind = 5`,
          values: [codes],
        })
      )[0]?.count,
    )
  await somebody.query({ text: 'begin' })
  await somebody.query({
    text: `insert into ledger.entries
      select account, version + 1, e.position + 1, transfer, 0, 0, posted, pending_out, pending_in, recorded_at, kind, side
      from ledger.entries e join ledger.accounts on number = account where code = 'x' order by version desc limit 1`,
  })
  expect(await ended(['x', 'd'])).toBe(0)
  await until(async () => (await clock()) > expiresAt + 10_000)
  ledger = await startLedger()
  await until(async () => (await ended(['d'])) === 1)
  const onKept = ledger.submit({ commands: [moving('x', 'y', 1n)], atomic: false }).catch((error: Fault) => error.code)
  for (let round = 1; round <= 3; round += 1)
    expect((await ledger.submit({ commands: [moving('c', 'd', 1n)], atomic: false })).map(brief)).toEqual(['posted'])
  expect(await onKept).toBe('account_busy')
  expect(await ended(['x'])).toBe(0)
  await somebody.query({ text: 'rollback' })
  await until(async () => (await ended(['x'])) === kept.length, 60_000)
  const again = await ledger.submit({ commands: [ending.void(other.id)], atomic: false })
  expect(again.map(brief)).toEqual(['transfer_expired (id)'])
  expect((await ledger.submit({ commands: [moving('x', 'y', 1n)], atomic: false })).map(brief)).toEqual(['posted'])
  expect(await getAccount(database, 1, 'y')).toMatchObject({ posted: 1n, pendingIn: 0n })
  expect(await getAccount(database, 1, 'd')).toMatchObject({ posted: 3n, pendingIn: 0n })
  await somebody.close()
  const { checks } = await verifyLedger(database)
  await ledger.stop(5_000)
  await drop()
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
  expect(new Set(faults).size).toBeLessThanOrEqual(1)
})
