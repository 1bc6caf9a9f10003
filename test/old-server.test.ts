import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLedger, getAccount, type Ledger, verifyLedger } from '#ledger'
import { commitStep, type Database, openDatabase } from '#platform/postgres'
import { brief, moving, opening, patience } from '#testing'
import { type SwitchingServers, startSwitchingServers } from './support/switching-servers.ts'

// The address leads to a copy that lacks the latest commits, while the old server continues for connected clients. A
// unit that began on the old server is not committed, and nothing cached from it is used with the copy.

let servers: SwitchingServers
let database: Database
let ledger: Ledger

beforeEach(async () => {
  servers = await startSwitchingServers()
  database = openDatabase({ ...servers.connection, onIdleError: () => undefined })
  ledger = createLedger({ database, onFault: () => undefined })
  await ledger.start()
  const accounts = [opening('world', { minAvailable: null }), opening('alice'), opening('bob')]
  await database.transaction((tx) => ledger.createAccounts(tx, accounts))
  await submit('world', 'alice', 100n)
  await servers.copy()
}, patience(60_000))

afterEach(async () => {
  await ledger.stop(5_000)
  await database.close()
  await servers.stop()
})

const groupOf = (source: string, destination: string, amount: bigint) => ({
  commands: [moving(source, destination, amount)],
  atomic: false,
})

async function submit(source: string, destination: string, amount: bigint): Promise<string[]> {
  return (await ledger.submit(groupOf(source, destination, amount))).map(brief)
}

/** Books in a unit that began on the old server, once the copy has the address; answers the fault. */
function bookOnOldServer(destination: string): Promise<unknown> {
  const along = () => ({ steps: [commitStep], commits: true })
  const booked = database.unit(async (unit) => {
    await unit.query({ text: 'select 1' })
    await servers.divertToCopy()
    await (await database.session('of the copy')).close()
    await ledger.postAll(unit, [groupOf('world', destination, 50n)], { along })
  })
  return booked.catch((fault: unknown) => fault)
}

async function booksOfCopy() {
  const direct = openDatabase(servers.direct())
  const [alice, bob] = [await getAccount(direct, 1, 'alice'), await getAccount(direct, 1, 'bob')]
  const findings = (await verifyLedger(direct)).checks.flatMap((check) => check.findings)
  await direct.close()
  return { alice: alice?.posted, bob: bob?.posted, findings }
}

it(
  'a balance of the old server is not spent on the copy',
  async () => {
    const fault = await bookOnOldServer('alice')
    expect(await submit('alice', 'bob', 120n)).toEqual(['insufficient_funds (amount)'])
    expect(await booksOfCopy()).toEqual({ alice: 100n, bob: 0n, findings: [] })
    expect(fault).toMatchObject({ code: 'epoch_changed', retryable: true })
  },
  patience(120_000),
)

it(
  'account numbers of the old server are not used on the copy',
  async () => {
    await database.transaction((tx) => ledger.createAccounts(tx, [opening('carol')]))
    await bookOnOldServer('carol')
    expect(await submit('world', 'carol', 30n)).toEqual(['account_not_found (destination)'])
    expect(await booksOfCopy()).toEqual({ alice: 100n, bob: 0n, findings: [] })
  },
  patience(120_000),
)
