import type { OpenApiDocument, OpenApiOperation } from '#platform/openapi'

export type Schema = OpenApiDocument['components']['schemas'][string]

/** An operation with the names of its schemas. */
export type Operation = {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly query: string | undefined
  readonly body: string | undefined
  readonly answer: string
}

export type Contract = {
  readonly operations: readonly Operation[]
  readonly schemas: Readonly<Record<string, Schema>>
}

/**
 * The operations that need a key, and every schema by name. Schemas without one are named after their operation: the
 * query of `list_transfers` is `ListTransfers`, and its answer `ListTransfersAnswer`.
 */
export function readContract({ paths, components }: OpenApiDocument): Contract {
  const schemas: Record<string, Schema> = { ...components.schemas }
  const nameOf = (schema: Schema, { otherwise }: { readonly otherwise: string }): string => {
    const name = referenced(schema)
    if (name !== undefined) return name
    if (otherwise in schemas) throw new Error(`two schemas are named ${otherwise}`)
    schemas[otherwise] = schema
    return otherwise
  }
  const read = (place: Pick<Operation, 'method' | 'path'>, operation: OpenApiOperation): Operation => {
    const id = operation.operationId
    const title = id.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const query = querySchema(operation)
    const [body] = schemasOf(operation.requestBody)
    const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))
    const [answer = {}] = schemasOf(success?.[1])
    return {
      id,
      ...place,
      query: query && nameOf(query, { otherwise: title }),
      body: body && nameOf(body, { otherwise: `${title}Body` }),
      answer: nameOf(answer, { otherwise: `${title}Answer` }),
    }
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation['x-permission'] !== 'none')
      .map(([method, operation]) => read({ method: method.toUpperCase(), path }, operation)),
  )
  return { operations, schemas }
}

function querySchema({ parameters }: OpenApiOperation): Schema | undefined {
  const query = parameters.filter((parameter) => parameter.in === 'query')
  if (query.length === 0) return undefined
  return {
    type: 'object',
    required: query.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(query.map(({ name, description, schema }) => [name, { ...schema, description }])),
  }
}

function schemasOf(message: Pick<OpenApiOperation['responses'][string], 'content'> | undefined): Schema[] {
  return Object.values(message?.content ?? {}).flatMap(({ schema }) => (schema === undefined ? [] : [schema]))
}

/** The name of the schema that a reference leads to. */
export function referenced({ $ref }: Schema): string | undefined {
  return typeof $ref === 'string' ? $ref.slice($ref.lastIndexOf('/') + 1) : undefined
}

/** The SDK's type of an amount: requests take integers and digits, answers have digits. */
export function amountType({ type, pattern }: Schema): 'AmountInput' | 'bigint' | undefined {
  const types = [type].flat()
  if (!types.includes('string')) return undefined
  if (types.includes('integer')) return 'AmountInput'
  return pattern === '^(0|-?[1-9][0-9]*)$' ? 'bigint' : undefined
}
