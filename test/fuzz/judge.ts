import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { OpenApiDocument } from '#platform/openapi'
import type { FuzzRequest, Operation } from './fuzz-request.ts'
import { idPattern, type KnownValues, textsIn } from './known-values.ts'
import type { FuzzAnswer } from './send.ts'

/** What is wrong with an answer; undefined: nothing. */
export type Judge = (request: FuzzRequest, answer: FuzzAnswer) => string | undefined

const problemType = 'application/problem+json'
/** Signs of the inside of the program. */
const inside = /\bat [\w.<>]+ \(|node_modules|postgres(ql)?:\/\/|\.ts:\d+|SQLSTATE|relation "/

export function createJudge(contract: OpenApiDocument, known: KnownValues): Judge {
  const check = createSchemaCheck(contract)
  return (request, answer) => {
    const { status, text } = answer
    if (status === 0) return 'closed without an answer'
    if (status === 500) return `500 ${text.slice(0, 200)}`
    const described = deviation(request, answer, check)
    if (described !== undefined) return `${status}: ${described}`
    if (status >= 400) {
      const [sign] = inside.exec(text) ?? []
      return sign === undefined ? undefined : `${status}: the answer shows the inside of the program: ${sign}`
    }
    if (request.operation['x-permission'] === 'none') return undefined
    if (request.caller.isRefused) return `${status} for ${request.caller.name}`
    const why = check.whyInvalid(request)
    if (why !== undefined) return `${status} for a body that the document does not allow: ${why}`
    return leak(request, text, known)
  }
}

function deviation(request: FuzzRequest, answer: FuzzAnswer, check: SchemaCheck): string | undefined {
  if (!answer.headers.has('request-id')) return 'no Request-Id'
  const { operation, mayMissRoute, method } = request
  // It has no body, whatever its headers say of one.
  if (method === 'HEAD') return undefined
  const read = readAnswer(answer)
  if (read.value === undefined) return `not JSON: ${answer.text.slice(0, 200)}`
  const wrong = read.problem === undefined ? undefined : problemFlaw(answer, read.problem, check)
  if (wrong !== undefined) return wrong
  // Another method or path is another operation, or none; the form of the answer was checked.
  if (mayMissRoute && (read.problem !== undefined || method !== operation.method)) return undefined
  return undescribed(operation, { answer, read }, check)
}

type Read = {
  readonly type: string
  /** Undefined: it says that it is JSON, and is not. */
  readonly value: unknown
  readonly problem: { readonly code?: unknown; readonly status?: unknown } | undefined
}

function readAnswer({ headers, text }: FuzzAnswer): Read {
  const type = (headers.get('content-type') ?? '').split(';')[0] ?? ''
  const value = type === 'application/json' || type === problemType ? parse(text) : text
  return { type, value, problem: type === problemType ? Object(value) : undefined }
}

function problemFlaw({ status }: FuzzAnswer, problem: Read['problem'], check: SchemaCheck): string | undefined {
  return check.problem(problem) ?? (problem?.status === status ? undefined : 'the problem has another status')
}

type Answered = { readonly answer: FuzzAnswer; readonly read: Read }

function undescribed(operation: Operation, { answer, read }: Answered, check: SchemaCheck): string | undefined {
  const { status, text } = answer
  const { type, problem } = read
  const described = operation.responses[String(status)]
  if (described === undefined) return `the document does not describe the status (${problem?.code ?? type})`
  if (problem !== undefined && !operation['x-problems'][String(status)]?.includes(String(problem.code))) {
    return `the document does not describe the code ${problem.code}`
  }
  if (described.content === undefined) return text === '' ? undefined : 'a body where the document has none'
  if (described.content[type] === undefined) return `the document does not describe the content type ${type}`
  if (problem !== undefined || answer.isRawStream) return undefined
  const values = type === 'application/x-ndjson' ? text.trim().split('\n').map(parse) : [read.value]
  return values.map((one) => check.answer({ operation, status, type }, one)).find((wrong) => wrong !== undefined)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Place = { readonly operation: Operation; readonly status: number; readonly type: string }

type SchemaCheck = {
  readonly problem: (value: unknown) => string | undefined
  readonly answer: (place: Place, value: unknown) => string | undefined
  readonly whyInvalid: (request: FuzzRequest) => string | undefined
}

function createSchemaCheck(contract: OpenApiDocument): SchemaCheck {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(contract, 'contract')
  const compiled = new Map<string, ValidateFunction | undefined>()
  const against = (parts: readonly (string | number)[], value: unknown): string | undefined => {
    const pointer = parts
      .map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/')
    if (!compiled.has(pointer)) compiled.set(pointer, ajv.getSchema(`contract#/${pointer}`))
    const validate = compiled.get(pointer)
    if (validate === undefined) return undefined
    return validate(value) === true ? undefined : `the body deviates: ${ajv.errorsText(validate.errors)}`
  }
  const at = ({ pattern, method }: Operation) => ['paths', pattern, method.toLowerCase()]
  return {
    problem: (value) => against(['components', 'schemas', 'Problem'], value),
    answer: ({ operation, status, type }, value) =>
      against([...at(operation), 'responses', status, 'content', type, 'schema'], value),
    whyInvalid: ({ operation, method, body, broken }) => {
      if (operation.requestBody?.content['application/json'] === undefined || method !== operation.method)
        return undefined
      if (broken?.startsWith('body') !== true || body === undefined) return undefined
      const text = body.toString('utf8')
      // Some routes take no body as an empty one.
      const value = text === '' ? {} : parse(text)
      if (value === undefined) return 'it is not JSON'
      return against([...at(operation), 'requestBody', 'content', 'application/json', 'schema'], value)
    },
  }
}

/** An id of another book in an answer, which the request itself did not name. */
function leak({ caller, body, path, headers }: FuzzRequest, text: string, known: KnownValues): string | undefined {
  if (caller.book === 'main' || headers.some(([name]) => name === 'munim-book')) return undefined
  const named = `${path} ${body?.toString('utf8') ?? ''}`
  const value = parse(text)
  const leaked = textsIn(value).find(
    ([, id]) => idPattern.test(id) && known.isOfOtherBook(id, caller.book) && !named.includes(id),
  )
  return leaked === undefined ? undefined : `an id of another book: ${leaked[1]}`
}
