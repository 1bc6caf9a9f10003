import { assert } from '#kernel'
import { exampleOf } from './example.ts'
import type { JsonSchema } from './json-schema.ts'
import type { OpenApiOperation } from './openapi-document.ts'

type Schemas = Readonly<Record<string, JsonSchema>>

type RequestSample = { readonly lang: string; readonly label: string; readonly source: string }

type ExampleRequest = {
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, unknown>>
  readonly needsKey: boolean
  readonly idempotencyKey: string | undefined
  readonly body: unknown
  readonly answersList: boolean
  readonly answersJson: boolean
}

const serverUrl = 'http://127.0.0.1:8080'

export function requestSamples(
  { method, path }: { readonly method: string; readonly path: string },
  operation: OpenApiOperation,
  context: { readonly schemas: Schemas; readonly sdkCall: string | undefined },
): RequestSample[] {
  const request = exampleRequest({ method, path }, operation, context.schemas)
  const source = context.sdkCall === undefined ? fetchSample(request) : sdkSample(request, context.sdkCall)
  return [
    { lang: 'shell', label: 'curl', source: curlSample(request) },
    { lang: 'typescript', label: 'TypeScript', source },
  ]
}

function exampleRequest(
  { method, path }: { readonly method: string; readonly path: string },
  operation: OpenApiOperation,
  schemas: Schemas,
): ExampleRequest {
  const exampleOfParameter = ({ place, name }: { readonly place: string; readonly name: string }) => {
    const parameter = operation.parameters.find((candidate) => candidate.in === place && candidate.name === name)
    return parameter && exampleOf(parameter.schema, schemas)
  }
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name)
  const params = Object.fromEntries(names.map((name) => [name, exampleOfParameter({ place: 'path', name })]))
  const key = exampleOfParameter({ place: 'header', name: 'Idempotency-Key' })
  const bodySchema = operation.requestBody?.content['application/json']?.schema
  const [type, content] = Object.entries(operation.responses['200']?.content ?? {})[0] ?? []
  return {
    method: method.toUpperCase(),
    path: path.replace(/\{([^}]+)\}/g, (_, name: string) => String(params[name])),
    params,
    needsKey: operation['x-permission'] !== 'none',
    idempotencyKey: key === undefined ? undefined : String(key),
    body: bodySchema && exampleOf(bodySchema, schemas),
    answersList: isList(content?.schema, schemas),
    answersJson: type === undefined || type === 'application/json',
  }
}

function isList(schema: JsonSchema | undefined, schemas: Schemas): boolean {
  const example = schema && exampleOf(schema, schemas)
  return typeof example === 'object' && example !== null && 'has_more' in example
}

function curlSample({ method, path, needsKey, idempotencyKey, body }: ExampleRequest): string {
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${serverUrl}${path}`,
    needsKey && '-H "Authorization: Bearer $MUNIM_API_KEY"',
    idempotencyKey !== undefined && `-H 'Idempotency-Key: ${idempotencyKey}'`,
    body !== undefined && "-H 'Content-Type: application/json'",
    body !== undefined && `-d '${JSON.stringify(body, undefined, 2).replaceAll("'", "'\\''")}'`,
  ]
  return lines.filter((line) => line !== false).join(' \\\n  ')
}

function sdkSample({ params, body, answersList }: ExampleRequest, call: string): string {
  const written = call.replace(/(?<=[(, ])([a-z_]+)(?:\.([a-z_]+))?/g, (_, name: string, field?: string) => {
    const value = name === 'body' ? body : params[name]
    const part = field === undefined ? value : (value as Record<string, unknown>)[field]
    assert(part !== undefined, `no example for ${name} of ${call}`)
    return toTypeScript(part)
  })
  const print = answersList
    ? `for await (const item of munim.${written}) {\n  console.log(item)\n}`
    : `console.log(await munim.${written})`
  return `import { Munim } from '@munim/sdk'

const munim = new Munim({
  url: '${serverUrl}',
  apiKey: process.env.MUNIM_API_KEY ?? '',
})
${print}`
}

function fetchSample({ method, path, needsKey, idempotencyKey, body, answersJson }: ExampleRequest): string {
  const headers = [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the example has the template.
    needsKey && '    authorization: `Bearer ${process.env.MUNIM_API_KEY}`,\n',
    idempotencyKey !== undefined && `    'idempotency-key': '${idempotencyKey}',\n`,
    body !== undefined && "    'content-type': 'application/json',\n",
  ].filter((line) => line !== false)
  const options = [
    method !== 'GET' && `  method: '${method}',\n`,
    headers.length > 0 && `  headers: {\n${headers.join('')}  },\n`,
    body !== undefined && `  body: JSON.stringify(${toTypeScript(body).replaceAll('\n', '\n  ')}),\n`,
  ].filter((line) => line !== false)
  const second = options.length > 0 ? `, {\n${options.join('')}}` : ''
  return `const response = await fetch('${serverUrl}${path}'${second})
console.log(response.status, await response.${answersJson ? 'json' : 'text'}())`
}

function toTypeScript(value: unknown, indent = ''): string {
  if (typeof value === 'string') {
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
  }
  if (typeof value !== 'object' || value === null) return String(value)
  const isArray = Array.isArray(value)
  const parts = Object.entries(value).map(([name, part]) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : toTypeScript(name)
    return `${indent}  ${isArray ? '' : `${key}: `}${toTypeScript(part, `${indent}  `)},\n`
  })
  const [open, close] = isArray ? ['[', ']'] : ['{', '}']
  return parts.length === 0 ? `${open}${close}` : `${open}\n${parts.join('')}${indent}${close}`
}
