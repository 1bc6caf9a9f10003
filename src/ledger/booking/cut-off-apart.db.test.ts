import { expect, it } from 'vitest'
import { brief, createTestDatabase, moving, opening, withBursts } from '#testing'
import { getAccount } from '../accounts/account-read-model.ts'
import { createLedger } from '../create-ledger.ts'

it('a transfer is booked despite conflicts with another process and cut connections', async () => {
  const test = await createTestDatabase()
  let cuts = 0
  const moveElsewhere = async () => {
    const posted = await other.submit({ commands: [moving('world', 'x', 1n)], atomic: false })
    expect(posted.map(brief)).toEqual(['posted'])
  }
  const database = withBursts(test.database, async (purpose, steps, send) => {
    const names = steps.map(({ name }) => name)
    const isBooking = names.includes('ledger-copy-entries')
    // Another process is first each time this one has decided; then this one's connection is cut.
    if (isBooking && cuts < 3) await moveElsewhere()
    if (purpose === 'writer apart' && names.includes('ledger-take-back') && cuts < 3) {
      cuts += 1
      await test.database.query({
        text: `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name like '%writer apart%'`,
      })
    }
    return send(steps)
  })
  const ledger = createLedger({ database, onFault: () => undefined })
  const other = createLedger({ database: test.database, onFault: () => undefined })
  await test.database.transaction((tx) =>
    ledger.createAccounts(tx, [opening('world', { minAvailable: null }), opening('x'), opening('y')]),
  )
  await moveElsewhere()
  const answer = await ledger.submit({ commands: [moving('world', 'y', 5n)], atomic: false })
  expect(answer.map(brief)).toEqual(['posted'])
  expect(cuts).toBe(3)
  expect(await getAccount(test.database, 1, 'y')).toMatchObject({ posted: 5n })
  await ledger.stop(5_000)
  await other.stop(5_000)
  await test.drop()
})
