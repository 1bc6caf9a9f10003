import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { OpenApiDocument, OpenApiOperation } from '#platform/openapi'
import type { TestRequestOptions, TestResponse, TestServer } from './test-server.ts'

export function readContract(): OpenApiDocument {
  const path = join(import.meta.dirname, '..', '..', 'api', 'openapi.json')
  return JSON.parse(readFileSync(path, 'utf8')) as OpenApiDocument
}

/** As `server.request`, but throws when the committed contract does not describe the response. */
export function contractClient(server: Pick<TestServer, 'request'>): TestServer['request'] {
  const document = readContract()
  const check = createAnswerCheck(document)
  return async (method: string, path: string, options?: TestRequestOptions) => {
    const response = await server.request(method, path, options)
    const deviation = check(method, path, response)
    if (deviation !== undefined) throw new Error(`${method} ${path} answered ${response.status}: ${deviation}`)
    return response
  }
}

function createAnswerCheck(document: OpenApiDocument) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'contract')
  return (method: string, path: string, response: TestResponse): string | undefined => {
    const found = findOperation(document, method, path)
    if (found === undefined) return 'the contract has no such operation'
    const described = found.operation.responses[String(response.status)]
    if (described === undefined) return 'the contract does not describe this status'
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? ''
    if (described.content?.[type] === undefined) return `the contract does not describe the content type ${type}`
    const pointer = ['paths', found.path, method.toLowerCase(), 'responses', String(response.status), 'content', type]
    const validate = ajv.getSchema(`contract#/${[...pointer, 'schema'].map(escapePointer).join('/')}`)
    if (validate === undefined) return 'the schema of the answer cannot be found'
    if (!validate(response.body)) return `the body deviates: ${ajv.errorsText(validate.errors)}`
    const codes = found.operation['x-problems'][String(response.status)]
    if (codes !== undefined && !codes.includes(response.body.code)) return `it does not describe ${response.body.code}`
    return undefined
  }
}

function findOperation(
  document: OpenApiDocument,
  method: string,
  path: string,
): { path: string; operation: OpenApiOperation } | undefined {
  const [plain = ''] = path.split('?')
  const matching = Object.entries(document.paths).filter(([pattern]) => {
    const parts = pattern.split('/')
    const given = plain.split('/')
    return parts.length === given.length && parts.every((part, at) => part.startsWith('{') || part === given[at])
  })
  // A path without parameters goes before one with them.
  matching.sort(([a], [b]) => a.split('{').length - b.split('{').length)
  for (const [pattern, methods] of matching) {
    const operation = methods[method.toLowerCase()]
    if (operation !== undefined) return { path: pattern, operation }
  }
  return undefined
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}
