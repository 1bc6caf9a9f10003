import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#testing'
import { runCommand } from './support/command-line.ts'
import { type SimulatedRails, startSimulatedRails } from './support/simulated-rails.ts'

// `munim stuck`, as an operator uses it: a rail took another amount, and it is refunded.

let rails: SimulatedRails
let server: TestServer
beforeAll(async () => {
  rails = await startSimulatedRails()
  const settings = { url: rails.url, callbackSecrets: [], timeoutMs: 2_000, inquireAfterMs: 200 }
  server = await startTestServer({ rails: [{ ...settings, name: 'card', adapter: 'simulator-card' }] })
  await server.request('POST', '/v1/accounts', { body: { code: 'shop', asset: 'USD' } })
})
afterAll(async () => {
  await server.stop()
  await rails.stop()
})

const stuck = (...args: string[]) => runCommand({ url: server.url, adminKey: server.adminKey }, 'stuck', ...args)

async function payWrongly() {
  const source = { rail: 'card', instrument: 'card_wrong_amount' }
  const body = { amount: 1000, asset: 'USD', source, destination: 'shop' }
  const { body: payment } = await server.request('POST', '/v1/payments', { body, headers: { prefer: 'wait=10' } })
  expect(payment).toMatchObject({ state: 'requires_review', reason: 'wrong_amount' })
  return payment.id as string
}

it('says so when nothing needs a person', async () => {
  expect(await stuck('list')).toMatchObject({ exitCode: 0, stdout: 'Nothing needs a person.\n' })
})

it('lists, shows, takes notes and owners, decides, and refuses what is not safe', async () => {
  const payment = await payWrongly()
  const listed = JSON.parse((await stuck('list', '--reason', 'wrong_amount', '--json')).stdout)
  expect(listed).toMatchObject([{ subject: { id: payment }, actions: ['reverse', 'force', 'reassign', 'note'] }])
  const [{ id }] = listed
  expect((await stuck('list')).stdout).toMatch(new RegExp(`${id} +wrong_amount +${payment} +\\d+s +- +reverse, force`))

  expect((await stuck('reassign', id, 'asha')).exitCode).toBe(0)
  expect((await stuck('note', id, 'The customer knows of it.')).exitCode).toBe(0)
  const refused = await stuck('retry', id)
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('stuck_action_not_allowed') })
  expect((await stuck('list', '--owner', 'ravi')).stdout).toBe('Nothing needs a person.\n')

  expect((await stuck('reverse', id)).exitCode).toBe(0)
  await expect.poll(async () => (await stuck('show', id)).stdout).toContain('(reverse)')
  const shown = (await stuck('show', id)).stdout
  for (const text of ['asha', 'The customer knows of it.', payment, 'resolved']) expect(shown).toContain(text)
})

it('decides on the revision that was read, and shows what it decides on when none is given', async () => {
  const payment = await payWrongly()
  const [{ id, revision }] = JSON.parse((await stuck('list', '--json')).stdout)
  expect((await stuck('show', id)).stdout).toMatch(new RegExp(`revision +${revision}\n`))
  const refused = await stuck('reverse', id, '--revision', String(revision + 1))
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('stuck_entry_changed') })
  const { exitCode, stdout } = await stuck('reverse', id)
  expect([exitCode, stdout.split(payment).length, stdout]).toEqual([0, 3, expect.stringContaining('being carried out')])
  await expect.poll(async () => (await stuck('list')).stdout).toBe('Nothing needs a person.\n')
})

it('forces with evidence only, by which the books are moved and the log of acts is kept', async () => {
  await payWrongly()
  const [{ id }] = JSON.parse((await stuck('list', '--json')).stdout)
  expect((await stuck('force', id, '--outcome', 'failed')).stderr).toContain('--evidence')
  const evidence = 'Console of the rail, 31 January: refunded there by hand.'
  expect((await stuck('force', id, '--outcome', 'failed', '--evidence', evidence)).exitCode).toBe(0)
  await expect.poll(async () => (await stuck('list')).stdout).toBe('Nothing needs a person.\n')
  const kept = await server.database.query<{ details: string }>({
    text: `select details from access.audit_log where action = 'stuck.force'`,
  })
  expect(kept.map(({ details }) => JSON.parse(details))).toMatchObject([{ text: evidence, outcome: 'failed' }])
  const { body } = await server.request('GET', '/v1/verification')
  const { result } = JSON.parse(String(body).trim().split('\n').at(-1) ?? '')
  expect(result.checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([])
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('munim_stuck_open{reason="wrong_amount"} 0')
})
