import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDataKeys, type DataKeys, openKeyEncryption } from '#platform/sealing'
import type { RailOutcome } from '#rails'
import { share, startTestPayments, type TestPayments } from '#testing'
import { sealedRows } from './rows/sealed-rows.ts'

const budgets = [{ scheme: 'visa', from: '2020-01-01', per: 'instrument', declinesMax: 2, withinDays: 30 }] as const
let test: TestPayments
let keys: DataKeys

beforeEach(async () => {
  const schemeOf = (instrument: string) => (instrument.startsWith('visa') ? 'visa' : undefined)
  test = await startTestPayments({ capabilities: { retries: { schemeOf, budgets } } })
  await test.open('shop')
  process.env.MUNIM_TEST_KEY = randomBytes(32).toString('base64')
  const { database } = test
  // A process that has no key: the tests start with one.
  await createDataKeys({ database, encryption: undefined, onFault: () => undefined }).start()
  const encryption = openKeyEncryption({ key: 'env:MUNIM_TEST_KEY' })
  keys = createDataKeys({ database, encryption, onFault: () => undefined })
})
afterEach(async () => {
  await test.stop()
  await keys.stop()
})

const typed = { kind: 'iban', iban: 'DE89370400440532013000', name: 'Asha Rao' } as const
const terms = { typed, party: { name: 'Asha Rao', street: '1 Main Road', country: 'IN' }, purpose: 'rent' }
const source = { kind: 'rail', rail: 'card', instrument: typed.iban, otherRails: [] } as const

async function pay(instrument: string = source.instrument) {
  const { id } = await test.pay({ source: { ...source, instrument }, destinations: [share('shop', 100n)], terms })
  const { row } = await test.end('payment', id)
  return row
}

/** Everything that the tables of payments hold. */
async function stored(): Promise<string> {
  const rows = await Promise.all(
    ['payments', 'attempts', 'declines', 'steps'].map((table) =>
      test.database.query({ text: `select t::text as row from payments.${table} t` }),
    ),
  )
  return JSON.stringify(rows)
}

async function sealAll(): Promise<number> {
  let sealed = 0
  for (const task of sealedRows) {
    sealed += (await test.database.transaction((tx) => task.page(tx, undefined, 1_000))).sealed
  }
  return sealed
}

it('payments are stored sealed once there is a key, and read and carried out as before', async () => {
  const plain = await pay()
  expect(await stored()).toContain('Asha Rao')
  await keys.start()
  const sealed = await pay()
  expect(sealed.state).toBe('succeeded')
  expect(await test.payment(sealed.id)).toMatchObject({ source, terms })
  expect(test.rail.calls.at(-1)).toMatchObject({ instrument: typed.iban, typed, party: terms.party })
  expect(await test.payment(plain.id)).toMatchObject({ source, terms })
  const [row] = await test.database.query<{ row: string }>({
    text: 'select t::text as row from payments.payments t where id = $1',
    values: [sealed.id],
  })
  expect(row?.row).not.toMatch(/Asha|DE89|rent/)

  expect(await sealAll()).toBe(2)
  expect(await stored()).not.toMatch(/Asha|DE89|rent/)
  expect(await test.payment(plain.id)).toEqual({ ...plain })
  expect(await sealAll()).toBe(0)
})

it('a payment goes on when its row is sealed while its rail is asked', async () => {
  await keys.start()
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<RailOutcome>()
  test.rail.answer = () => {
    asked.resolve()
    return answered.promise
  }
  const { id } = await test.pay({ source, destinations: [share('shop', 100n)], terms })
  await asked.promise
  await test.database.query({ text: `update payments.payments set source_instrument = $1`, values: [typed.iban] })
  const sealed = await sealAll()
  answered.resolve({ kind: 'succeeded', railReference: 'r', amount: 100n })
  expect(sealed).toBe(1)
  expect((await test.end('payment', id)).row.state).toBe('succeeded')
  expect(await stored()).not.toMatch(/Asha|DE89/)
})

it('declines from before and after the key count against one budget', async () => {
  test.rail.answer = () => ({
    kind: 'failed',
    decline: { code: 'do_not_honor', remedy: 'instrument', message: 'No.', raw: '05' },
  })
  expect((await pay('visa_1')).reason).toBe('do_not_honor')
  await keys.start()
  expect((await pay('visa_1')).reason).toBe('do_not_honor')
  expect((await pay('visa_1')).reason).toBe('retry_not_allowed')
  expect(await sealAll()).toBeGreaterThan(0)
  expect(await stored()).not.toContain('visa_1')
  expect((await pay('visa_1')).reason).toBe('retry_not_allowed')
  expect((await pay('visa_2')).reason).toBe('do_not_honor')
})
