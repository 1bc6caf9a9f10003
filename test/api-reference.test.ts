import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessRefusals } from '#access'
import { laneRefusals } from '#lanes'
import { ledgerRefusals, reportProblems } from '#ledger'
import { ordersRefusals } from '#orders'
import { paymentRefusals, stuckRefusals } from '#payments'
import { httpProblems } from '#platform/http'
import type { OpenApiDocument } from '#platform/openapi'
import { railRefusals } from '#rails'
import { readContract, startTestServer, type TestServer } from '#testing'
import { apiDescription } from '../src/api-description.ts'

let server: TestServer
let document: OpenApiDocument
let reference: string
let errors: string

beforeAll(async () => {
  server = await startTestServer()
  document = (await server.request('GET', '/openapi.json')).body
  reference = (await server.request('GET', '/docs')).body
  errors = (await server.request('GET', '/docs/errors')).body
})
afterAll(() => server.stop())

const refusals = [
  ...[ledgerRefusals, accessRefusals, laneRefusals, railRefusals, paymentRefusals, stuckRefusals, ordersRefusals],
]
const catalogs = [httpProblems, reportProblems, ...refusals]
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

test('every refusal is one that some operation says it answers', () => {
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

test('the committed contract is the one that is served', () => {
  expect(readContract()).toEqual(document)
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

test('the pages load nothing from elsewhere and run no script', async () => {
  const { headers } = await server.request('GET', '/docs')
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
  for (const page of [reference, errors]) {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed)\b|\son[a-z]+=|\bsrc=|@import|url\(/i)
  }
})

test('the root leads a browser to the reference, whose pages answer HEAD', async () => {
  const root = await fetch(`${server.url}/`, { redirect: 'manual', headers: { accept: 'text/html,*/*;q=0.8' } })
  expect([root.status, root.headers.get('location')]).toEqual([302, '/docs'])
  expect((await server.request('GET', '/')).status).toBe(404)
  for (const page of ['/docs', '/docs/errors', '/openapi.json']) {
    const { status, headers } = await fetch(`${server.url}${page}`, { method: 'HEAD' })
    expect([status, Number(headers.get('content-length')) > 1_000]).toEqual([200, true])
  }
})

test.each(['/docs', '/docs/errors'])(
  'the page %s is well formed: one heading, unique ids, links that lead somewhere',
  async (path) => {
    const pages: Record<string, string> = { '/docs': reference, '/docs/errors': errors }
    const page = pages[path] ?? ''
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(matchesOf(page, /<(h1)\b/g)).toHaveLength(1)
    const ids = matchesOf(page, /\bid="([^"]*)"/g)
    expect(new Set(ids).size).toBe(ids.length)
    for (const href of matchesOf(page, /\bhref="([^"]*)"/g)) {
      const [target = '', fragment] = href.split('#')
      const to = target === '' ? page : pages[target]
      if (fragment === undefined) expect(['/docs', '/docs/errors', '/openapi.json']).toContain(target)
      else expect([href, to?.includes(`id="${fragment}"`)]).toEqual([href, true])
    }
    const labels = matchesOf(page, /aria-labeledby="([^"]*)"/g)
    expect(labels.filter((label) => !ids.includes(label))).toEqual([])
  },
)

test('every operation and every schema has its place on the page', () => {
  for (const operation of operations())
    expect(reference).toContain(`<section class="operation" id="${operation.operationId}"`)
  for (const name of Object.keys(document.components.schemas)) expect(reference).toContain(`id="schema-${name}"`)
})
