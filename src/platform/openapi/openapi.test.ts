import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { answer, closedObject, flagQuery, httpProblems, meaning, querySchema, type Route, route } from '#platform/http'
import { pageQuery } from '#platform/lists'
import { html, inline } from './html.ts'
import { openApiDocument } from './openapi-document.ts'

const api = { title: 'Test', version: '1', description: 'For a test.', tags: [], keyProblems: [] }
const thing = closedObject({ name: Type.String({ description: 'Its name.', examples: ['<b>'] }) }, { title: 'Thing' })

function routeAt(path: string, also: object = {}): Route {
  return route({
    method: 'GET',
    path,
    operation: `get${path.replaceAll(/\W/g, '_')}`,
    summary: 'Read <things>',
    tag: 'Things',
    permission: 'payments:read',
    answers: { 200: thing },
    handle: () => answer(200, {}),
    ...also,
  })
}

function describeRoutes(...routes: Route[]) {
  return openApiDocument(api, routes, httpProblems)
}

test('a schema with a title is in the document once and is referenced', () => {
  const document = describeRoutes(routeAt('/a'), routeAt('/b/:id', { params: closedObject({ id: Type.String() }) }))
  expect(Object.keys(document.components.schemas)).toEqual(['Problem', 'ProblemItem', 'Thing'])
  const answered = document.paths['/b/{id}']?.get?.responses['200']
  expect(answered?.content).toEqual({ 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } })
})

test('two schemas of one title are a defect', () => {
  const other = closedObject({ size: Type.Integer() }, { title: 'Thing' })
  expect(() => describeRoutes(routeAt('/a'), routeAt('/b', { answers: { 200: other } }))).toThrow('Thing')
})

test('a code that is in no catalog is a defect', () => {
  expect(() => describeRoutes(routeAt('/a', { problems: ['thing_lost'] }))).toThrow('thing_lost')
})

test('query parameters declare the meaning of their text', () => {
  const kinds = Type.String({ [meaning]: { type: 'array', items: { type: 'string' } } })
  const query = querySchema({ ...pageQuery, kinds, big: flagQuery('Big.', { example: true }) }, { metadata: true })
  const { parameters = [] } = describeRoutes(routeAt('/a', { query })).paths['/a']?.get ?? {}
  expect(parameters.find(({ name }) => name === 'limit')?.schema).toMatchObject({ type: 'integer', maximum: 100 })
  expect(parameters.find(({ name }) => name === 'big')?.schema).toEqual({ type: 'boolean', examples: [true] })
  expect(parameters.find(({ name }) => name === 'kinds')).toMatchObject({ explode: false, schema: { type: 'array' } })
  expect(parameters.find(({ name }) => name === 'metadata')).toMatchObject({ style: 'deepObject', explode: true })
})

test('a public route needs no key and lists no problems of keys', () => {
  const operation = describeRoutes(routeAt('/a', { permission: 'none' })).paths['/a']?.get
  expect(operation?.security).toEqual([])
  expect(Object.keys(operation?.responses ?? {})).toEqual(['200', '400', '403', '414', '500', '502', '503', '504'])
})

test('every operation has its own example key, and says that a URL may be too long', () => {
  const paths = describeRoutes(
    routeAt('/a', { method: 'POST', operation: 'make_a', permission: 'payments:write' }),
    routeAt('/b', { method: 'POST', operation: 'make_b', permission: 'payments:write' }),
  ).paths
  const [a, b] = [paths['/a']?.post, paths['/b']?.post]
  const exampleOf = (operation: typeof a) =>
    operation?.parameters.find(({ name }) => name === 'Idempotency-Key')?.schema.examples
  expect([exampleOf(a), exampleOf(b)]).toEqual([['make-a-1042'], ['make-b-1042']])
  expect(Object.keys(a?.responses ?? {})).toContain('414')
})

test('schema details for the server alone are not in the document', () => {
  const text = JSON.stringify(describeRoutes(routeAt('/a', { query: querySchema(pageQuery) })))
  expect(text).not.toMatch(/x-(expected|meaning)/)
})

test('text within a page stays text', () => {
  expect(html`<i title="${'"\'&'}">${inline('a `<x>` b')}</i>`.html).toBe(
    '<i title="&quot;&#39;&amp;">a <code>&lt;x&gt;</code> b</i>',
  )
})
