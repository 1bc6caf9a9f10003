import { assert } from '#kernel'
import { meaning, type ProblemCatalog, type Route, takesIdempotencyKey } from '../http/index.ts'
import { headerParameters, type OpenApiParameter } from './header-parameters.ts'
import { type Components, collectComponents, type JsonSchema } from './json-schema.ts'
import { routeProblems } from './route-problems.ts'

/** The parts of the document that the routes do not contain. */
export type ApiDescription = {
  readonly title: string
  readonly version: string
  readonly description: string
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  /** Codes, besides those of the HTTP layer, that any route with a key can answer. */
  readonly keyProblems: readonly string[]
}

export type OpenApiContent = Readonly<Record<string, { readonly schema?: JsonSchema }>>

type OpenApiResponse = {
  readonly description: string
  readonly headers?: object
  readonly content?: OpenApiContent
}

export type OpenApiOperation = {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly security: readonly object[]
  readonly parameters: readonly OpenApiParameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: OpenApiContent }
  readonly responses: Readonly<Record<string, OpenApiResponse>>
  readonly 'x-permission': string
  readonly 'x-problems': Readonly<Record<string, readonly string[]>>
}

/** An OpenAPI 3.1 document, as far as this project uses it. */
export type OpenApiDocument = {
  readonly openapi: '3.1.0'
  readonly info: { readonly license: object } & {
    readonly title: string
    readonly version: string
    readonly description: string
  }
  readonly servers: readonly object[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly security: readonly object[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: {
    readonly securitySchemes: object
    readonly headers: object
    readonly schemas: Readonly<Record<string, JsonSchema>>
  }
}

const problemMediaType = 'application/problem+json'

/** Describes the routes in the order of their registration. */
export function openApiDocument(
  api: ApiDescription,
  routes: readonly Route[],
  catalog: ProblemCatalog,
): OpenApiDocument {
  const components = collectComponents()
  const problem = components.refer(problemSchema(catalog))
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  for (const route of routes.filter(({ hidden }) => hidden !== true)) {
    const path = openApiPath(route.path)
    const methods = paths[path] ?? {}
    paths[path] = methods
    methods[route.method.toLowerCase()] = operation(route, {
      components,
      problem,
      catalog,
      problems: routeProblems(route, api.keyProblems),
    })
  }
  return {
    openapi: '3.1.0',
    info: {
      title: api.title,
      version: api.version,
      description: api.description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: usedTags(api, routes),
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, which belongs to one book and has a scope or a list of permissions.',
        },
      },
      headers: {
        'Request-Id': { description: "The request's id, for questions about it.", schema: { type: 'string' } },
        'Idempotent-Replayed': {
          description: '`true` when this is the kept answer to an earlier request with the same Idempotency-Key.',
          schema: { type: 'string', enum: ['true'] },
        },
        'Preference-Applied': {
          description: 'The preference that was honored, `wait=SECONDS`.',
          schema: { type: 'string' },
        },
      },
      schemas: components.all(),
    },
  }
}

function openApiPath(path: string): string {
  return path.replace(/:([a-z_]+)/gi, '{$1}')
}

type Parts = {
  readonly components: Components
  readonly problem: JsonSchema
  readonly catalog: ProblemCatalog
  readonly problems: readonly string[]
}

function operation(route: Route, parts: Parts): OpenApiOperation {
  return {
    operationId: route.operation,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: [route.tag],
    security: route.permission === 'none' ? [] : [{ apiKey: [] }],
    parameters: parameters(route, parts.components),
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: parts.components.refer(route.body as JsonSchema) } },
      },
    }),
    ...(route.rawBody && { requestBody: { required: true, content: { '*/*': { schema: route.rawBody } } } }),
    responses: responses(route, parts),
    'x-permission': route.permission,
    'x-problems': problemsByStatus(route, parts),
  }
}

function parameters(route: Route, components: Components): OpenApiParameter[] {
  return [
    ...schemaParameters(route.params as JsonSchema | undefined, 'path', components),
    ...schemaParameters(route.query as JsonSchema | undefined, 'query', components),
    ...headerParameters(route),
  ]
}

function schemaParameters(
  schema: JsonSchema | undefined,
  place: 'path' | 'query',
  components: Components,
): OpenApiParameter[] {
  if (schema === undefined) return []
  const required = new Set((schema.required ?? []) as string[])
  const named = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).map(([name, part]) => {
    const { description, ...rest } = components.refer(part)
    const schema = (part[meaning] as JsonSchema | undefined) ?? rest
    return {
      name,
      in: place,
      ...(required.has(name) && { required: true }),
      ...(typeof description === 'string' && { description }),
      ...(schema.type === 'array' && { explode: false }),
      schema,
    }
  })
  return schema.patternProperties === undefined ? named : [...named, metadataParameter]
}

const metadataParameter: OpenApiParameter = {
  name: 'metadata',
  in: 'query',
  description: 'Only those with this metadata: `metadata[key]=value`; given several times, all must match.',
  style: 'deepObject',
  explode: true,
  schema: { type: 'object', additionalProperties: { type: 'string', maxLength: 500 }, examples: [{ order: '1042' }] },
}

function responses(route: Route, parts: Parts): Record<string, OpenApiResponse> {
  const headers = { 'Request-Id': { $ref: '#/components/headers/Request-Id' } }
  const succeeding = {
    ...headers,
    ...(takesIdempotencyKey(route) && {
      'Idempotent-Replayed': { $ref: '#/components/headers/Idempotent-Replayed' },
    }),
    ...(route.waits === true && { 'Preference-Applied': { $ref: '#/components/headers/Preference-Applied' } }),
  }
  const answered: [string, OpenApiResponse][] = Object.entries(route.answers).map(([status, schema]) => [
    status,
    {
      description: successDescription(Number(status), route),
      headers: succeeding,
      ...(schema !== null && {
        content: {
          [route.contentType?.split(';')[0] ?? 'application/json']: {
            schema: parts.components.refer(schema as JsonSchema),
          },
        },
      }),
    },
  ])
  const refused = Object.entries(problemsByStatus(route, parts)).map(([status, codes]): [string, OpenApiResponse] => [
    status,
    {
      description: codes.map((code) => `\`${code}\`: ${parts.catalog[code]?.title}`).join('; '),
      headers,
      content: { [problemMediaType]: { schema: parts.problem } },
    },
  ])
  return Object.fromEntries([...answered, ...refused])
}

function successDescription(status: number, route: Route): string {
  if (status === 201) return 'Created.'
  if (status === 200 && 201 in route.answers) return 'It had been created before, or this was a dry run.'
  if (status === 304) return 'What the client has is still true.'
  if (status === 204) return 'Done; there is nothing to answer.'
  return status < 300 ? 'Done.' : 'Not done.'
}

function problemsByStatus(route: Route, { catalog, problems }: Parts): Record<string, string[]> {
  const byStatus: Record<string, string[]> = {}
  for (const code of problems) {
    const entry = catalog[code]
    assert(entry, `${route.operation} answers ${code}, which is in no catalog`)
    byStatus[entry.status] ??= []
    byStatus[entry.status]?.push(code)
  }
  return byStatus
}

function problemSchema(catalog: ProblemCatalog): JsonSchema {
  const text = (description: string, { example }: { readonly example: string }) => ({
    type: 'string',
    description,
    examples: [example],
  })
  return {
    title: 'Problem',
    description: 'Why a request was not done (RFC 9457).',
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code', 'request_id', 'doc_url'],
    properties: {
      type: text('Where the code is explained.', { example: '/docs/errors#insufficient_funds' }),
      title: text('What the code means, in few words.', { example: 'The source has too little' }),
      status: { type: 'integer', description: 'The HTTP status.', examples: [422] },
      detail: text('What was wrong with this request, for people.', {
        example: "The source's available balance would fall below 0.",
      }),
      code: {
        type: 'string',
        enum: Object.keys(catalog),
        description: 'What was wrong, for programs.',
        examples: ['insufficient_funds'],
      },
      param: text('The field or parameter that was wrong, as a dotted path.', { example: 'source' }),
      approval: text('For `second_person_needed`: what waits for a second person now.', {
        example: 'apv_01k0a2m4qae1fs6y4p7q9r3t5v',
      }),
      permission: text('For `scope_insufficient`: the permission that is missing.', { example: 'payments:write' }),
      request_id: text("The request's id.", { example: 'req_01k0a2m4qbk4gt8z1r2s5v7w9x' }),
      doc_url: text('Where the code is explained.', { example: '/docs/errors#insufficient_funds' }),
      errors: {
        type: 'array',
        description: 'For `group_refused`: which of the group were refused, and why.',
        items: {
          title: 'ProblemItem',
          type: 'object',
          required: ['index', 'code', 'detail'],
          properties: {
            index: { type: 'integer', description: 'Its place in the batch.', examples: [3] },
            code: text('Why it was refused.', { example: 'insufficient_funds' }),
            detail: text('The same, for people.', { example: "The source's available balance would fall below 0." }),
            param: text('The field that was wrong.', { example: 'source' }),
          },
          additionalProperties: false,
        },
        examples: [[]],
      },
    },
    additionalProperties: false,
  }
}

function usedTags(api: ApiDescription, routes: readonly Route[]): OpenApiDocument['tags'] {
  const used = new Set(routes.map((route) => route.tag))
  const named = new Set(api.tags.map((tag) => tag.name))
  const others = [...used].filter((name) => !named.has(name)).map((name) => ({ name, description: '' }))
  return [...api.tags.filter((tag) => used.has(tag.name)), ...others]
}
