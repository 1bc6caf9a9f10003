import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { personRoles, type Role, roles, scopes } from '#platform/http'
import { newUuid } from '#platform/ids'
import { exampleOf, type OpenApiOperation } from '#platform/openapi'
import { readContract, startTestServer, type TestResponse, type TestServer } from '#testing'
import { scopesBefore } from './support/scopes-before.ts'

type Call = { readonly method: string; readonly path: string; readonly operation: OpenApiOperation }

const { paths, components } = readContract()
const calls: Call[] = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
)
const everyRole: readonly Role[] = [...scopes, ...personRoles]
const unreachable = {
  name: 'bank',
  adapter: 'simulator-bank',
  url: 'http://127.0.0.1:9',
  callbackSecrets: [Buffer.alloc(24)],
}

let server: TestServer
const keys = new Map<string, string>()
/** What every role got from every operation, and what a call without a key got. */
const answers = new Map<string, TestResponse>()

beforeAll(async () => {
  server = await startTestServer({ rails: [unreachable] })
  for (const scope of scopes) keys.set(scope, await server.createKey(scope))
  for (const role of personRoles) keys.set(role, await server.createKey(roles[role]))
  for (const call of calls) {
    const body = call.method === 'GET' || call.method === 'DELETE' ? {} : { body: {} }
    const ask = async (caller: Role | 'stranger') => {
      const answered = await server.request(call.method, exampleUrl(call), { key: keys.get(caller), ...body })
      answers.set(`${caller} ${call.operation.operationId}`, answered)
    }
    await Promise.all([...everyRole, 'stranger' as const].map(ask))
  }
})
afterAll(() => server.stop())

function exampleUrl({ path, operation }: Call): string {
  return fill(path, (name) => {
    const parameter = operation.parameters.find((one) => one.in === 'path' && one.name === name)
    return String(parameter && exampleOf(parameter.schema, components.schemas))
  })
}

function fill(path: string, nameFor: (name: string) => string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(nameFor(name)))
}

function isAllowed({ status }: TestResponse): boolean {
  return status !== 401 && status !== 403
}

const answerTo = (caller: string, { operation }: Call): TestResponse => {
  const answered = answers.get(`${caller} ${operation.operationId}`)
  if (answered === undefined) throw new Error(`${operation.operationId} was not called by ${caller}`)
  return answered
}

describe('the table of routes and roles', () => {
  test('has every route of the server', () => {
    const open = (permission: string) => permission === 'none'
    const shown = server.application.server.routes.filter(({ hidden, permission }) => !(hidden && open(permission)))
    expect(shown.map(({ operation }) => operation).sort()).toEqual(
      calls.map(({ operation }) => operation.operationId).sort(),
    )
  })

  test.each(everyRole)('lets the role %s call exactly what it permits', (role) => {
    for (const call of calls) {
      const { operationId, 'x-permission': permission } = call.operation
      const answered = answerTo(role, call)
      const isPermitted = permission === 'none' || roles[role].has(permission as never)
      expect([operationId, isAllowed(answered)]).toEqual([operationId, isPermitted])
      if (isPermitted) continue
      expect(answered).toMatchObject({ status: 403, body: { code: 'scope_insufficient', permission } })
      expect(answered.body.detail).toContain(`permission ${permission}`)
    }
  })

  test('lets no one without a key call what needs a permission', () => {
    for (const call of calls) {
      const { operationId, 'x-permission': permission } = call.operation
      expect([operationId, isAllowed(answerTo('stranger', call))]).toEqual([operationId, permission === 'none'])
    }
  })

  test.each(scopes.map((scope, rank) => [scope, rank] as const))(
    'lets a key of scope %s call what it could before there were permissions',
    (scope, rank) => {
      const byId = new Map(calls.map((call) => [call.operation.operationId, call]))
      for (const [operationId, needed] of Object.entries(scopesBefore)) {
        const call = byId.get(operationId)
        if (call === undefined) throw new Error(`${operationId} is no operation any more`)
        const could = needed === 'none' || rank >= scopes.indexOf(needed)
        expect([operationId, isAllowed(answerTo(scope, call))]).toEqual([operationId, could])
      }
    },
  )
})

describe('the table of routes and acts', () => {
  const routes = () => server.application.server.routes

  test('says of every route that changes something what it records, or why it records nothing', () => {
    for (const { operation, method, acts } of routes()) {
      const said = acts === undefined ? [] : 'none' in acts ? [acts.none] : acts
      expect([operation, said.length > 0]).toEqual([operation, method !== 'GET'])
      const form = acts !== undefined && 'none' in acts ? /^[A-Z].*[^ ]\.$/ : /^[a-z_]+\.[a-z_]+$/
      for (const one of said) expect(one).toMatch(form)
    }
  })

  test('records the reading of every answer with an instrument, a person or what others have sent', () => {
    for (const { operation, method, answers, readAct } of routes()) {
      if (method !== 'GET') continue
      const isPersonal = personalFields.some((name) => JSON.stringify(answers).includes(`"${name}":`))
      const isExpected = isPersonal || alsoPersonal.includes(operation)
      expect([operation, readAct !== undefined]).toEqual([operation, isExpected])
    }
  })
})

const personalFields = ['instrument', 'party', 'payload', 'body']
/** Whose schemas do not name what they may hold. */
const alsoPersonal = ['list_events', 'list_audit', 'get_dispute']

const limits = { code: 'a', asset: 'USD' }
const bulk = {
  cases: [{ id: 'case_01k0a2m4qmw9s36j6a7b0c3d4e' }],
  outcome: 'failed',
  ...{ evidence: 'Seen in a statement.', text: 'Seen in a statement.' },
}

/** Bodies of which some needed a higher scope than their route, and the field that the refusal named. */
test.each<[string, string, object, (typeof scopes)[number], string]>([
  ['POST', 'accounts', { ...limits, min_available: null }, 'admin', 'min_available'],
  ['POST', 'accounts', { ...limits, min_available: '-1' }, 'admin', 'min_available'],
  ['POST', 'accounts', { ...limits, max_balance: '1' }, 'admin', 'max_balance'],
  ['POST', 'accounts', { ...limits, code: 'b', min_available: '0', max_balance: null }, 'write', ''],
  ['POST', 'accounts/batch', { accounts: [{ ...limits, max_balance: '1' }] }, 'admin', 'accounts.0.max_balance'],
  ['POST', 'accounts/batch', { accounts: [{ ...limits, code: 'b' }] }, 'write', ''],
  ['PATCH', 'accounts/none', { min_available: '0' }, 'admin', 'min_available'],
  ['PATCH', 'accounts/none', { max_balance: null }, 'admin', 'max_balance'],
  ['PATCH', 'accounts/none', { metadata: {} }, 'write', ''],
  ['POST', 'cases/actions', { ...bulk, action: 'force' }, 'admin', 'action'],
  ['POST', 'cases/actions', { ...bulk, action: 'write_off' }, 'admin', 'action'],
  ['POST', 'cases/actions', { ...bulk, action: 'note' }, 'write', ''],
])('%s %s with %j needs the scope %s, as it did before', async (method, path, body, scope, param) => {
  for (const [rank, held] of scopes.entries()) {
    const answered = await server.request(method, `/v1/${path}`, { key: keys.get(held), body })
    expect([held, isAllowed(answered)]).toEqual([held, rank >= scopes.indexOf(scope)])
    expect(answered.body.code).not.toBe('validation_failed')
    const isForBody = !isAllowed(answered) && held !== 'read'
    if (isForBody) expect(answered.body).toMatchObject({ code: 'scope_insufficient', param })
  }
})

describe('an id of another book', () => {
  /** By the first part of a path, an object of the book `main` that the rest of the path may name. */
  let own: Readonly<Record<string, string>>
  let elsewhere: readonly object[]

  beforeAll(async () => {
    own = await fillBook()
    await post('/v1/books', { code: 'other' })
    const key = await server.createKey('admin', 'other')
    elsewhere = [{ key }, { headers: { 'munim-book': 'other' } }]
  })

  test('is found in its own book', async () => {
    for (const { method, path, operation } of calls) {
      const noun = nounOf(path)
      if (method !== 'GET' || !/\}$/.test(path) || own[noun] === undefined) continue
      const { status } = await server.request(
        'GET',
        fill(path, () => own[noun] ?? ''),
      )
      expect([operation.operationId, status]).toEqual([operation.operationId, 200])
    }
  })

  test('is 404 for every route that takes one', async () => {
    const taking = calls.filter(({ path }) => path.includes('{') && !sharedByBooks.includes(nounOf(path)))
    for (const { method, path, operation } of taking) {
      const id = own[nounOf(path)]
      if (id === undefined) throw new Error(`${operation.operationId} takes an id of which the book has none`)
      const schema = operation.requestBody?.content['application/json']?.schema
      // An operator revokes keys of every book, wherever it acts.
      for (const caller of operation.operationId === 'revoke_api_key' ? elsewhere.slice(0, 1) : elsewhere) {
        const options = { ...caller, ...(schema && { body: exampleOf(schema, components.schemas) }) }
        const { status, body } = await server.request(
          method,
          fill(path, () => id),
          options,
        )
        // Days without payments look like those of an asset that the book does not have.
        const isEmpty = operation.operationId === 'list_payment_days' && body.data?.length === 0
        expect([operation.operationId, isEmpty ? 404 : status]).toEqual([operation.operationId, 404])
      }
    }
  })

  test('is 404 in a body', async () => {
    const transfer = { source: own.accounts, destination: own.accounts, amount: 1, asset: 'USD' }
    const order = { lines: [{ item: own.items, quantity: 1 }], source: { wallet: 'shop' }, destination: 'shop' }
    const bodies = [
      ['/v1/refunds', { payment: own.payments }, 'payment_not_found'],
      ['/v1/transfers', transfer, 'account_not_found'],
      ['/v1/orders', order, 'item_not_found'],
      [
        '/v1/payments',
        { amount: 1, asset: 'USD', source: { wallet: 'shop' }, destination: 'shop', vendor: own.vendors },
        'vendor_not_found',
      ],
    ] as const
    for (const [path, body, code] of bodies) {
      for (const caller of elsewhere) {
        const answered = await server.request('POST', path, { ...caller, body })
        expect([path, answered.status, answered.body.code]).toEqual([path, 404, code])
      }
    }
  })
})

/** What these paths name belongs to the installation. */
const sharedByBooks = ['limits', 'rails', 'lanes', 'consumers', 'books']

function nounOf(path: string): string {
  return path.split('/')[2] ?? ''
}

async function post(path: string, body: object, headers: Record<string, string> = {}) {
  const answered = await server.request('POST', path, { body, headers })
  expect([path, answered.status, answered.body.code]).toEqual([path, 201, answered.body.code])
  return answered.body
}

async function fillBook(): Promise<Record<string, string>> {
  const usd = { asset: 'USD', amount: 100 }
  await post('/v1/accounts', { code: 'world', asset: 'USD', min_available: null })
  await post('/v1/accounts', { code: 'shop', asset: 'USD' })
  const account = await post('/v1/accounts', { code: 'payer', asset: 'USD' })
  await post('/v1/transfers', { ...usd, source: 'world', destination: 'payer', amount: 1000 })
  const transfer = await post('/v1/transfers', { ...usd, source: 'payer', destination: 'shop', pending: true })
  const asset = await post('/v1/assets', { code: 'XAU-MG', scale: 0, name: 'Gold, milligrams' })
  const vendor = await post('/v1/vendors', { code: 'tiffin', name: 'Tiffin', lane: 'instant' })
  const moved = { ...usd, source: { wallet: 'payer' }, destination: 'shop' }
  const payment = await post('/v1/payments', moved, { prefer: 'wait=20' })
  const refund = await post('/v1/refunds', { payment: payment.id, amount: 1 })
  const payout = await post('/v1/payouts', { ...usd, source: 'payer', rail: 'bank', instrument: 'acct_ok' })
  const item = await post('/v1/items', { code: 'mug', name: 'Mug', asset: 'USD', price: 100, stock: 5 })
  const order = await post('/v1/orders', {
    lines: [{ item: 'mug', quantity: 1 }],
    source: { wallet: 'payer' },
    destination: 'shop',
  })
  const key = await post('/v1/api-keys', { scope: 'read', name: 'of main' })
  const client = await post('/v1/oauth-clients', { name: 'of main', permissions: ['ledger:read'] })
  const person = await post('/v1/people', { login: 'of-main', name: 'Of main', role: 'viewer' })
  const erasure = await post('/v1/erasures', { payout: payout.id })
  const { database } = server
  const [found, letter, dispute, approval] = [newUuid(), newUuid(), newUuid(), newUuid()]
  await database.query({
    text: `insert into cases.cases (id, book_id, queue, subject_kind, subject_id, reason, detail, priority, rank, due_at)
      values ($1, 1, 'payments', 'payment', $1, 'outcome_unknown', 'of main', 'normal', 1, now())`,
    values: [found],
  })
  await database.query({
    text: `insert into lanes.dead_letters
        (id, book_id, lane, kind, tenant, subject, payload, attempts, cause, code, reason, enqueued_at)
      values ($1, 1, 2, 'test', 1, $1, '{}', 1, 'permanent', 'test', 'of main', now())`,
    values: [letter],
  })
  await database.query({
    text: `insert into payments.disputes (id, rail, reference, book_id, payment_id, amount, asset, stage, stage_at)
      values ($1, 'bank', 'of main', 1, $1, 1, 'USD', 'opened', now())`,
    values: [dispute],
  })
  await database.query({
    text: `insert into access.approvals (id, book_id, operation, method, path, body, asker, asker_kind, asker_name, of_any_book, lapses_at)
      values ($1, 1, 'create_api_key', 'POST', '/v1/api-keys', '{}', $1, 'key', 'of main', false, now() + interval '1 day')`,
    values: [approval],
  })
  return {
    ...{ accounts: account.id, transfers: transfer.id, assets: asset.code, vendors: vendor.code, items: item.code },
    ...{ payments: payment.id, refunds: refund.id, payouts: payout.id, orders: order.id, 'api-keys': key.id },
    ...{ 'oauth-clients': client.id, people: person.id },
    erasures: erasure.id,
    ...{ cases: encodeId(idPrefix.case, found), 'dead-letters': encodeId(idPrefix.deadLetter, letter) },
    ...{ disputes: encodeId(idPrefix.dispute, dispute), approvals: encodeId(idPrefix.approval, approval) },
  }
}
