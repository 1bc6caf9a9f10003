import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyAuditLog } from '#access'
import { encodeId, idPrefix } from '#kernel'
import { answer, closedObject, type HttpModule, route } from '#platform/http'
import { newUuid } from '#platform/ids'
import { contractClient, startTestServer, type TestServer } from '#testing'
import { actCases } from './support/act-cases.ts'
import { runCommand } from './support/command-line.ts'

const unreachable = {
  ...{ name: 'bank', adapter: 'simulator-bank', url: 'http://127.0.0.1:9' },
  callbackSecrets: [Buffer.alloc(24)],
}

/** Changes something, and forgets to record it. */
const forgetful: HttpModule = {
  name: 'test',
  problems: {},
  routes: [
    route({
      ...{ method: 'POST', path: '/v1/test/forget', operation: 'forget', summary: 'Forget', tag: 'Test', hidden: true },
      permission: 'books:manage',
      body: closedObject({ code: Type.String() }),
      answers: {},
      acts: ['test.forgotten'],
      handleOnce: async ({ body }, tx) => {
        const values = [newUuid(), body.code]
        await tx.query({ text: 'insert into access.books (id, code) values ($1, $2)', values })
        return answer(200, {})
      },
    }),
  ],
}

let server: TestServer
let request: TestServer['request']
let folder: string

beforeAll(async () => {
  process.env.MUNIM_TEST_KEY = randomBytes(32).toString('base64')
  folder = await mkdtemp(join(tmpdir(), 'munim-audit-'))
  const secrets = { key: 'env:MUNIM_TEST_KEY', token: undefined }
  server = await startTestServer({ rails: [unreachable], secrets, modules: [forgetful] })
  request = contractClient(server)
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
type Act = any

async function send(method: string, path: string, body: object = {}) {
  const answered = await request(method, path, { body })
  expect([path, answered.status < 300, answered.body.title]).toEqual([path, true, undefined])
  return answered
}

async function actsOn(query: string, key?: string): Promise<Act[]> {
  const { body } = await request('GET', `/v1/audit?${query}`, key === undefined ? {} : { key })
  return body.data
}

async function openCase(reason: string): Promise<string> {
  const id = newUuid()
  await server.database.query({
    text: `insert into cases.cases (id, book_id, queue, subject_kind, subject_id, reason, detail, priority, rank, due_at)
      values ($1, 1, 'payments', 'payment', $1, $2, 'of main', 'normal', 1, now())`,
    values: [id, reason],
  })
  return encodeId(idPrefix.case, id)
}

describe('an act', () => {
  test.each(actCases)(
    '%s is recorded with its author, its place and its authority',
    async (action, method, path, body, expected) => {
      if (action === 'secrets.rotated') {
        const isSealed = async () =>
          (await request('GET', '/v1/secrets')).body.tables.every(({ sealed }: Act) => sealed)
        await expect.poll(isSealed).toBe(true)
      }
      const { headers, status } = await send(method, path, body)
      expect(status).toBeLessThan(300)
      const [act] = await actsOn(`action=${action}&limit=1`)
      const permission = server.application.server.routes.find(
        ({ acts }) => Array.isArray(acts) && acts.includes(action),
      )?.permission
      expect(act).toMatchObject({
        ...{
          action,
          permission,
          address: '127.0.0.1',
          request_id: headers.get('request-id'),
          authority: 'scope operator',
        },
        actor: { kind: 'key', id: expect.stringMatching(/^key_/), name: 'first key' },
        ...expected,
      })
    },
  )

  test('on a key or a client shows what was lost, and never a secret', async () => {
    const key = (await send('POST', '/v1/api-keys', { scope: 'write', name: 'gone' })).body
    const client = (
      await send('POST', '/v1/oauth-clients', { name: 'wide', permissions: ['ledger:read', 'ledger:write'] })
    ).body
    await send('PATCH', `/v1/oauth-clients/${client.id}`, { permissions: ['ledger:read'] })
    const rotated = (await send('POST', `/v1/oauth-clients/${client.id}/rotate-secret`)).body
    for (const path of [`api-keys/${key.id}`, `oauth-clients/${client.id}`]) {
      // The second one changes nothing.
      for (const _ of [1, 2]) expect((await request('DELETE', `/v1/${path}`)).status).toBe(200)
    }
    const onKey = await actsOn(`subject=${key.id}`)
    expect(onKey).toMatchObject([
      { action: 'api_key.revoked', before: { revoked_at: null }, after: { revoked_at: expect.any(String) } },
      { action: 'api_key.created' },
    ])
    const onClient = await actsOn(`subject=${client.id}`)
    expect(onClient).toMatchObject([
      { action: 'oauth_client.revoked', before: { revoked_at: null } },
      { action: 'oauth_client.secret_rotated', details: { previous_kept_seconds: '0' } },
      {
        action: 'oauth_client.changed',
        before: { permissions: ['ledger:read', 'ledger:write'] },
        after: { permissions: ['ledger:read'] },
      },
      { action: 'oauth_client.created' },
    ])
    const text = JSON.stringify([onKey, onClient])
    for (const secret of [key.key, client.client_secret, rotated.client_secret]) expect(text).not.toContain(secret)
  })

  test('on a case is recorded with the case before and after, one by one and many at once', async () => {
    const [one, other] = [await openCase('outcome_unknown'), await openCase('outcome_unknown')]
    await send('POST', `/v1/cases/${one}/reassign`, { owner: 'asha' })
    await send('POST', '/v1/cases/actions', { cases: [{ id: other }], action: 'note', text: 'The bank calls back.' })
    expect(await actsOn(`subject=${one}`)).toMatchObject([
      { action: 'case.reassign', before: { owner: null }, after: { owner: 'asha' }, permission: 'cases:act' },
    ])
    expect(await actsOn(`subject=${other}`)).toMatchObject([
      { action: 'case.note', before: null, details: { text: 'The bank calls back.' } },
    ])
  })

  test('on a case is kept with the kind of who did it, in whose id it shows', async () => {
    const id = await openCase('outcome_unknown')
    await send('POST', `/v1/cases/${id}/note`, { text: 'Seen.' })
    const shown = async () => (await request('GET', `/v1/cases/${id}`)).body.acts[0].by
    expect(await shown()).toMatch(/^key_/)
    const become = async (kind: string | null) => {
      const text = `update cases.acts set actor_kind = $1 where text = 'Seen.' returning (select kind from (
        select actor_kind as kind from cases.acts where text = 'Seen.') as before)`
      return (await server.database.query<{ kind: string | null }>({ text, values: [kind] }))[0]?.kind
    }
    expect(await become('person')).toBe('key')
    expect(await shown()).toMatch(/^psn_/)
    // As a program wrote it that knew keys alone.
    await become(null)
    expect(await shown()).toMatch(/^key_/)
  })

  test('that changes nothing, or opens an account without limits, has no row', async () => {
    const before = (await actsOn('limit=1'))[0].number
    await send('POST', '/v1/lanes/bulk/resume')
    await send('PATCH', '/v1/vendors/v', { lane: 'instant' })
    await send('POST', '/v1/accounts', { code: 'plain', asset: 'USD' })
    expect((await actsOn('limit=1'))[0].number).toBe(before)
  })

  test('that is not recorded is not done', async () => {
    expect((await server.request('POST', '/v1/test/forget', { body: { code: 'forgotten' } })).status).toBe(500)
    expect((await request('GET', '/v1/books/forgotten')).status).toBe(404)
  })
})

test('who reads personal data is recorded, a program once an hour', async () => {
  const key = await server.createKey('write')
  for (const _ of [1, 2, 3]) await request('GET', '/v1/payments', { key })
  const readings = () => actsOn('action=payment.read')
  await expect.poll(async () => (await readings()).length).toBe(1)
  expect(await readings()).toMatchObject([
    { subject: 'list_payments', authority: 'scope write', permission: 'payments:read' },
  ])
})

describe('the list of acts', () => {
  test('shows a book its own acts alone, and the installation all', async () => {
    const branch = await server.createKey('admin', 'branch')
    const made = await request('POST', '/v1/vendors', { key: branch, body: { code: 'theirs', lane: 'bulk' } })
    const theirs = await actsOn('limit=100', branch)
    expect(theirs.map(({ subject }) => subject)).toContain(made.body.id)
    expect(new Set(theirs.map(({ book }) => book)).size).toBe(1)
    expect(await actsOn('subject=lane bulk', branch)).toEqual([])
    expect(await actsOn(`subject=${made.body.id}`)).toEqual([])
    expect(await actsOn(`subject=${made.body.id}&all_books=true`)).toHaveLength(1)
    const refused = await request('GET', '/v1/audit?all_books=true', { key: branch })
    expect(refused).toMatchObject({ status: 403, body: { code: 'book_not_allowed', permission: 'books:any' } })
    expect((await request('GET', '/v1/audit', { key: await server.createKey('write') })).status).toBe(403)
  })

  test('goes on where a page ended, and filters by actor, act, subject and time', async () => {
    const all = await actsOn('limit=100')
    const first = (await request('GET', '/v1/audit?limit=3')).body
    const second = (await request('GET', `/v1/audit?limit=3&cursor=${first.next_cursor}`)).body
    expect([...first.data, ...second.data].map(({ number }) => number)).toEqual(
      all.slice(0, 6).map(({ number }) => number),
    )
    const actor = all.find((act) => act.actor?.name === 'first key').actor.id
    expect((await actsOn(`actor=${actor}&limit=100`)).every((act) => act.actor.id === actor)).toBe(true)
    expect(await actsOn(`actor=${actor}&action=vendor.changed`)).toHaveLength(1)
    const [from, to] = [all[5].recorded_at, all[2].recorded_at]
    const between = await actsOn(`from=${from}&to=${to}`)
    expect(between.map(({ number }) => number)).toEqual([all[3], all[4], all[5]].map(({ number }) => number))
    expect(await actsOn('from=2100-01-01T00:00:00Z')).toEqual([])
    expect((await request('GET', '/v1/audit?actor=asha')).body).toMatchObject({
      code: 'validation_failed',
      param: 'actor',
    })
  })
})

/** As an auditor would: from the lines alone, without this program. */
function brokenLines(lines: readonly string[]): number[] {
  const acts = lines.map((line) => JSON.parse(line))
  return acts.flatMap(({ number, content, hash, previous_hash: previous }, at) => {
    const found = createHash('sha256')
      .update(Buffer.from(previous ?? '', 'hex'))
      .update(content)
      .digest('hex')
    const follows = at === acts.length - 1 ? previous === null : acts[at + 1].hash === previous
    return found === hash && follows ? [] : [number]
  })
}

const [otherKey, otherBook] = ['key_01k0a2m4qae1fs6y4p7q9r3t5v', 'book_01k0a2m4q6r8s0t2v4w6x8y0z2']
const withActor = (line: string, other: object) => {
  const act = JSON.parse(line)
  return JSON.stringify({ ...act, actor: { ...act.actor, ...other } })
}

test('an export shows an outsider every act that was changed, removed or inserted', async () => {
  const { stdout } = await runCommand(server, 'audit', 'export', '--all-books')
  const lines = stdout.trim().split('\n')
  expect(lines.length).toBeGreaterThan(30)
  expect(brokenLines(lines)).toEqual([])
  const file = join(folder, 'acts.jsonl')
  const verify = async (text: readonly string[]) => {
    await writeFile(file, `${text.join('\n')}\n`)
    return runCommand(server, 'audit', 'verify', file)
  }
  expect(await verify(lines)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('as it was recorded') })
  const [changed = '', removed = ''] = [lines[4], lines[5]]
  const { number } = JSON.parse(changed)
  const flawed = [
    [lines.with(4, changed.replace('"action":"', '"action":"x')), 'other fields than its content: action'],
    [lines.with(4, changed.replace('\\"action\\" : \\"', '\\"action\\" : \\"x')), 'another hash than its content'],
    [lines.with(4, withActor(changed, { kind: 'person' })), 'other fields than its content: actor'],
    [lines.with(4, withActor(changed, { id: otherKey })), 'other fields than its content: actor'],
    [lines.with(4, withActor(changed, { id: 'nobody' })), 'other fields than its content: actor'],
    [lines.with(4, JSON.stringify({ ...JSON.parse(changed), actor: null })), 'other fields than its content: actor'],
    [lines.with(4, JSON.stringify({ ...JSON.parse(changed), book: otherBook })), 'other fields than its content: book'],
    [lines.filter((line) => line !== removed), '1 before or between them are missing'],
    [lines.slice(0, -2), '2 before or between them are missing'],
    [[], 'there are no acts'],
    [lines.toSpliced(4, 0, changed), `act ${number} is there twice`],
  ] as const
  for (const [text, found] of flawed) {
    expect(await verify(text)).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(found) })
  }
  expect(brokenLines(flawed[1][0])).toEqual([number])
  expect(brokenLines(flawed[7][0])).toEqual([number])
  const listed = await runCommand(server, 'audit', 'list', '--action', 'vendor.changed')
  expect(listed.stdout).toMatch(/first key .*127\.0\.0\.1 .*lane: bulk → instant/)
  expect(await runCommand(server, 'audit', 'verify', '--all-books')).toMatchObject({ exitCode: 0 })
})

test('the verification reveals a row whose author, address, authority or states were changed', async () => {
  expect((await verifyAuditLog(server.database)).broken).toEqual([])
  const [act] = await actsOn('action=vendor.changed')
  for (const column of ['actor_name', 'address', 'request_id', 'permission', 'authority', 'before', 'after']) {
    const set = async (value: string) => {
      const [row] = await server.database.query<{ was: string }>({
        text: `update access.audit_log set ${column} = $2 from (select ${column} as was from access.audit_log where number = $1) old
          where number = $1 returning old.was`,
        values: [act.number, value],
      })
      return row?.was ?? ''
    }
    const was = await set('other')
    expect([column, (await verifyAuditLog(server.database)).broken]).toEqual([column, [act.number]])
    await set(was)
  }
  await server.database.query({
    text: 'update access.audit_log set book_id = 2 where number = $1',
    values: [act.number],
  })
  expect((await verifyAuditLog(server.database)).broken).toEqual([act.number])
  await server.database.query({
    text: 'update access.audit_log set book_id = 1 where number = $1',
    values: [act.number],
  })
  expect((await verifyAuditLog(server.database)).broken).toEqual([])
})
