import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessRefusals } from '#access'
import { caseRefusals } from '#cases'
import { laneRefusals } from '#lanes'
import { ledgerRefusals } from '#ledger'
import { ordersRefusals } from '#orders'
import { paymentRefusals } from '#payments'
import { httpProblems } from '#platform/http'
import { limitProblems } from '#platform/limits'
import { type OpenApiDocument, operationLink } from '#platform/openapi'
import { sealingProblems } from '#platform/sealing'
import { consumerProblems } from '#platform/stream'
import { verificationProblems } from '#platform/verification'
import { railRefusals } from '#rails'
import { readContract, startTestServer, type TestServer } from '#testing'
import { apiDescription } from '../src/api-description.ts'

let server: TestServer
let document: OpenApiDocument
let errors: string

beforeAll(async () => {
  server = await startTestServer()
  document = (await server.request('GET', '/openapi.json')).body
  errors = (await server.request('GET', '/docs/errors')).body
})
afterAll(() => server.stop())

const refusals = [
  ...[ledgerRefusals, accessRefusals, laneRefusals, railRefusals, paymentRefusals, caseRefusals, ordersRefusals],
]
const catalogs = [httpProblems, consumerProblems, limitProblems, sealingProblems, verificationProblems, ...refusals]
// Payments answer refusals of lanes and rails as well.
const codesInCode = [...new Set(catalogs.flatMap((catalog) => Object.keys(catalog)))].sort()

function matchesOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found)
}

function operations() {
  return Object.values(document.paths).flatMap((methods) => Object.values(methods))
}

test('the code, the OpenAPI document and the page of errors have the same codes', () => {
  const problem = document.components.schemas.Problem as { properties: { code: { enum: string[] } } }
  expect(problem.properties.code.enum.toSorted()).toEqual(codesInCode)
  expect(matchesOf(errors, /<section class="error" id="([^"]+)"/g).toSorted()).toEqual(codesInCode)
  expect(Object.keys(server.application.server.problems).toSorted()).toEqual(codesInCode)
})

test('the page of reference lists the same refusals in words', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/reference/refusals.md'), 'utf8')
  for (const code of codesInCode.filter((listed) => !Object.hasOwn(accessRefusals, listed)))
    expect(page).toContain(`\`${code}\``)
})

test('every refusal of the ledger and of payments is a 404, 409 or 422', () => {
  const { problems } = server.application.server
  for (const code of Object.keys({ ...ledgerRefusals, ...paymentRefusals }))
    expect([404, 409, 422]).toContain(problems[code]?.status)
})

test('every refusal is documented by some operation', () => {
  const answered = new Set(operations().flatMap((operation) => Object.values(operation['x-problems']).flat()))
  // The server expires holds; no request does.
  const unanswered = [ledgerRefusals, accessRefusals, paymentRefusals]
    .flatMap((catalog) => Object.keys(catalog))
    .filter((code) => !answered.has(code))
  expect(unanswered).toEqual(['hold_not_expired'])
})

test("a problem's doc_url leads to its place on the page of errors", async () => {
  const { body } = await server.request('GET', '/v1/accounts/nobody')
  expect(body.doc_url).toBe('/docs/errors#account_not_found')
  expect(errors).toContain('id="account_not_found"')
})

test('the committed contract is the one that is served, with additions for readers', () => {
  const additions = new Set(['externalDocs', 'x-badges', 'x-codeSamples'])
  const link = /\[(`[a-z_]+`)\]\(\/docs\/errors#[a-z_]+\)/g
  const served = JSON.stringify(document, (key, value) => {
    if (additions.has(key)) return undefined
    return key === 'description' && typeof value === 'string' ? value.replaceAll(link, '$1') : value
  })
  expect(readContract()).toEqual(JSON.parse(served))
  expect(operations().filter((operation) => !('x-codeSamples' in operation))).toEqual([])
})

test('every operation has its own id, a summary and a heading that the description names', () => {
  const ids = operations().map((operation) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  const tags = new Set(apiDescription.tags.map((tag) => tag.name))
  for (const operation of operations()) {
    expect(operation.summary).not.toBe('')
    expect(operation.tags.filter((tag) => !tags.has(tag))).toEqual([])
  }
})

test('all examples of the document match the schemas they stand in', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'contract')
  let checked = 0
  const visit = (value: unknown, pointer: string) => {
    if (typeof value !== 'object' || value === null) return
    const { examples } = value as { examples?: unknown }
    if (Array.isArray(examples)) {
      const validate = ajv.getSchema(`contract#${pointer}`)
      for (const example of examples) {
        checked += 1
        expect([pointer, example, validate?.(example)]).toEqual([pointer, example, true])
      }
    }
    for (const [key, part] of Object.entries(value)) {
      visit(part, `${pointer}/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    }
  }
  visit(document, '')
  expect(checked).toBeGreaterThan(100)
})

test('the list of errors loads nothing and runs no script', async () => {
  const { headers } = await server.request('GET', '/docs/errors')
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
  expect(errors).not.toMatch(/<(script|link|img|iframe|object|embed)\b|\son[a-z]+=|\bsrc=|@import|url\(/i)
})

test('the reference loads its own script only, and its styles carry a nonce that is used once', async () => {
  const [first, second] = [await server.request('GET', '/docs'), await server.request('GET', '/docs')]
  const policy = first.headers.get('content-security-policy')
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'nonce-[^']{24}'; connect-src 'self'; /)
  expect(policy).not.toContain('unsafe')
  expect(second.headers.get('content-security-policy')).not.toBe(policy)
  expect(matchesOf(first.body, /\b(?:src|href)="([^"]*)"/g)).toEqual([
    '/openapi.json',
    '/docs/errors',
    '/docs/viewer.js',
  ])
})

test('the script of the reference is sent compressed, and not again to a client that has it', async () => {
  const get = (headers: Record<string, string>) => fetch(`${server.url}/docs/viewer.js`, { headers })
  const [zipped, plain] = [await get({}), await get({ 'accept-encoding': 'gzip;q=0, identity' })]
  const text = await zipped.text()
  expect(text).toContain('createApiReference')
  expect(text).toBe(await plain.text())
  expect([zipped.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual(['gzip', null])
  expect(Number(zipped.headers.get('content-length')) * 3).toBeLessThan(Number(plain.headers.get('content-length')))
  const tag = zipped.headers.get('etag') ?? ''
  expect(tag).not.toBe(plain.headers.get('etag'))
  expect(zipped.headers.get('cache-control')).toBe('public, max-age=86400')
  expect((await get({ 'if-none-match': `"other", W/${tag}` })).status).toBe(304)
})

test('the root leads a browser to the reference, whose pages answer HEAD', async () => {
  const root = await fetch(`${server.url}/`, { redirect: 'manual', headers: { accept: 'text/html,*/*;q=0.8' } })
  expect([root.status, root.headers.get('location')]).toEqual([302, '/docs'])
  expect((await server.request('GET', '/')).status).toBe(404)
  for (const page of ['/docs', '/docs/viewer.js', '/docs/errors', '/openapi.json']) {
    const { status, headers } = await fetch(`${server.url}${page}`, { method: 'HEAD' })
    expect([page, status, Number(headers.get('content-length')) > 500]).toEqual([page, 200, true])
  }
})

test('the list of errors is well formed: one heading, unique ids, links that lead somewhere', () => {
  expect(errors).toMatch(/^<!doctype html>\n<html lang="en">/)
  expect(matchesOf(errors, /<(h1)\b/g)).toHaveLength(1)
  const ids = matchesOf(errors, /\bid="([^"]*)"/g)
  expect(new Set(ids).size).toBe(ids.length)
  const places = operations().map(({ operationId, tags: [tag = ''] }) => operationLink({ tag, operationId }))
  const known = [...ids.map((id) => `#${id}`), ...places, '/docs', '/docs/errors', '/openapi.json']
  expect(matchesOf(errors, /\bhref="([^"]*)"/g).filter((href) => !known.includes(href))).toEqual([])
  const labels = matchesOf(errors, /aria-labelledby="([^"]*)"/g)
  expect(labels.filter((label) => !ids.includes(label))).toEqual([])
})
