import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#testing'
import { runCommand } from './support/command-line.ts'
import { type SimulatedRails, startSimulatedRails } from './support/simulated-rails.ts'

// `munim cases` and `munim rails`, as an operator uses them: a rail took another amount, and it is refunded.

let rails: SimulatedRails
let server: TestServer
beforeAll(async () => {
  rails = await startSimulatedRails()
  const settings = { url: rails.url, timeout_ms: 2_000, inquire_after_ms: 200 }
  server = await startTestServer({ rails: [{ ...settings, name: 'card', adapter: 'simulator-card' }] })
  await server.request('POST', '/v1/accounts', { body: { code: 'shop', asset: 'USD' } })
})
afterAll(async () => {
  await server.stop()
  await rails.stop()
})

const cases = (...args: string[]) => runCommand({ url: server.url, adminKey: server.adminKey }, 'cases', ...args)

async function payWrongly() {
  const source = { rail: 'card', instrument: 'card_wrong_amount' }
  const body = { amount: 1000, asset: 'USD', source, destination: 'shop' }
  const { body: payment } = await server.request('POST', '/v1/payments', { body, headers: { prefer: 'wait=20' } })
  expect(payment).toMatchObject({ state: 'requires_review', reason: 'wrong_amount' })
  return payment.id as string
}

it('says so when no case is open', async () => {
  expect(await cases('list')).toMatchObject({ exitCode: 0, stdout: 'No open cases.\n' })
})

it('lists, shows, notes, reassigns and acts on cases, and refuses unsafe actions', async () => {
  const payment = await payWrongly()
  const listed = JSON.parse((await cases('list', '--reason', 'wrong_amount', '--json')).stdout)
  expect(listed).toMatchObject([
    { subject: { id: payment }, actions: ['reverse', 'force', 'write_off', 'reassign', 'note'] },
  ])
  const [{ id }] = listed
  expect((await cases('list')).stdout).toMatch(
    new RegExp(`${id} +payments +wrong_amount +${payment} +9\\.00 USD +\\d+s +- +reverse, force, write_off`),
  )

  expect((await cases('reassign', 'asha', id)).exitCode).toBe(0)
  expect((await cases('note', id, 'The customer knows of it.')).exitCode).toBe(0)
  const refused = await cases('retry', id)
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('case_action_not_allowed') })
  expect((await cases('list', '--owner', 'ravi')).stdout).toBe('No open cases.\n')

  expect((await cases('reverse', id)).exitCode).toBe(0)
  await expect.poll(async () => (await cases('show', id)).stdout).toContain('(reverse)')
  const shown = (await cases('show', id)).stdout
  for (const text of ['asha', 'The customer knows of it.', payment, 'resolved']) expect(shown).toContain(text)
})

it('acts on the revision that was read, and shows the case when none is given', async () => {
  const payment = await payWrongly()
  const [{ id, revision }] = JSON.parse((await cases('list', '--json')).stdout)
  expect((await cases('show', id)).stdout).toMatch(new RegExp(`revision +${revision}\n`))
  const refused = await cases('reverse', id, '--revision', String(revision + 1))
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('case_changed') })
  const { exitCode, stdout } = await cases('reverse', id)
  expect([exitCode, stdout.split(payment).length, stdout]).toEqual([0, 3, expect.stringContaining('being carried out')])
  await expect.poll(async () => (await cases('list')).stdout).toBe('No open cases.\n')
})

it('acts on several at once, and names the refused ones; `stuck` is an alias of `cases`', async () => {
  await payWrongly()
  await payWrongly()
  const ids = JSON.parse((await cases('list', '--json')).stdout).map(({ id }: { id: string }) => id)
  const ended = JSON.parse((await cases('list', '--state', 'resolved', '--limit', '1', '--json')).stdout)[0].id
  const done = await runCommand({ url: server.url, adminKey: server.adminKey }, 'stuck', 'reverse', ...ids, ended)
  expect(done).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('1 of 3 refused') })
  expect(done.stdout.match(/accepted/g)).toHaveLength(2)
  expect(done.stdout).toContain('case_already_resolved')
  await expect.poll(async () => (await cases('list')).stdout).toBe('No open cases.\n')
})

it('forces only with evidence, moves the books by that, and keeps the log of acts', async () => {
  await payWrongly()
  const [{ id }] = JSON.parse((await cases('list', '--json')).stdout)
  expect((await cases('force', id, '--outcome', 'failed')).stderr).toContain('--evidence')
  const evidence = 'Console of the rail, 31 January: refunded there by hand.'
  expect((await cases('force', id, '--outcome', 'failed', '--evidence', evidence)).exitCode).toBe(0)
  await expect.poll(async () => (await cases('list')).stdout).toBe('No open cases.\n')
  const kept = await server.database.query<{ details: string }>({
    text: `select details from access.audit_log where action = 'case.force'`,
  })
  expect(kept.map(({ details }) => JSON.parse(details))).toMatchObject([{ text: evidence, outcome: 'failed' }])
  const { body } = await server.request('GET', '/v1/verification')
  const { result } = JSON.parse(String(body).trim().split('\n').at(-1) ?? '')
  expect(result.checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([])
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain(
    'munim_cases_open{queue="payments",reason="wrong_amount"} 0',
  )
})

it('lists, pauses and resumes rails', async () => {
  const rails = (...args: string[]) => runCommand({ url: server.url, adminKey: server.adminKey }, 'rails', ...args)
  expect((await rails('list')).stdout).toMatch(/^name +state +since +retry at +operations +assets\ncard +up /)
  expect((await rails('pause', 'card')).stdout).toMatch(/\ncard +paused /)
  expect(JSON.parse((await rails('list', '--json')).stdout)).toMatchObject([{ name: 'card', state: 'paused' }])
  expect((await rails('resume', 'card')).stdout).toMatch(/\ncard +up /)
  const unknown = await rails('pause', 'nosuch')
  expect(unknown).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('rail_not_found') })
})

it('lists, pauses, resumes and replays consumers of events', async () => {
  const consumers = (...args: string[]) =>
    runCommand({ url: server.url, adminKey: server.adminKey }, 'consumers', ...args)
  expect((await consumers('list')).stdout).toMatch(
    /^name +state +lag +seconds +position +of +fault *\npayment-days +running /,
  )
  expect((await consumers('pause', 'payment-days')).stdout).toMatch(/\npayment-days +paused /)
  expect((await consumers('resume', 'payment-days')).stdout).toMatch(/\npayment-days +running /)
  const replayed = await consumers('replay', 'payment-days', '--from-position', '1', '--json')
  expect(JSON.parse(replayed.stdout)).toMatchObject([{ name: 'payment-days' }])
  const beyond = await consumers('replay', 'payment-days', '--from-position', '1000000')
  expect(beyond).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('position_not_kept') })
})

it('creates, lists and revokes API keys', async () => {
  const keys = (...args: string[]) => runCommand({ url: server.url, adminKey: server.adminKey }, 'keys', ...args)
  const may = ['--permissions', 'payments:read, refunds:write']
  const made = await keys('create', '--name', 'refund desk', ...may, '--json')
  const { id, key } = JSON.parse(made.stdout)
  const listed = (await keys('list', '--limit', '1')).stdout
  expect(listed).toMatch(
    /^id +name +may +last used +revoked\s*\nkey_\w+ +refund desk +payments:read, refunds:write +- +-\s*$/,
  )
  const asDesk = await runCommand({ url: server.url, adminKey: key }, 'keys', 'list')
  expect(asDesk).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('keys:manage') })
  expect((await keys('revoke', id)).stdout).toMatch(/ \d{4}-\d\d-\d\dT[\d:.]+Z\s*$/)
  expect((await keys('create', '--name', 'till', '--scope', 'write')).stdout).toMatch(
    /\nmay +write\nfrom +everywhere\nkey +munim_/,
  )
  const both = await keys('create', '--name', 'x', '--scope', 'write', ...may)
  expect(both).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('either --scope or --permissions') })
  const unknown = await keys('create', '--name', 'x', '--permissions', 'payments:rule')
  expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('payments:write') })
})

it('shows the newest actions on a case, and lists all of them', async () => {
  await payWrongly()
  const [{ id }] = JSON.parse((await cases('list', '--json')).stdout)
  expect((await cases('acts', id)).stdout).toBe('No operator has acted on the case.\n')
  await cases('note', id, 'The first note.')
  expect((await cases('show', id)).stdout).not.toContain('munim cases acts')
  await server.database.query({
    text: `insert into cases.acts (id, case_id, actor, action, text)
      select gen_random_uuid(), case_id, actor, 'note', 'Note ' || n from cases.acts cross join generate_series(1, 100) n
      where text = 'The first note.'`,
  })
  const shown = (await cases('show', id)).stdout
  expect(shown).toContain(`Older actions are not shown. All of them: munim cases acts ${id}\n`)
  expect(shown.match(/by key_/g)).toHaveLength(100)
  const listed = (await cases('acts', id)).stdout
  expect([listed.match(/key_/g)?.length, listed.includes('The first note.')]).toEqual([101, true])
  expect(JSON.parse((await cases('acts', id, '--limit', '30', '--json')).stdout)).toHaveLength(30)
})
