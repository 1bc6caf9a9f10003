import { findAmounts } from './amounts.ts'
import type { Contract, Operation, Schema } from './contract.ts'

/** The operations with what they take and answer, and where the amounts of all schemas are. */
export function operationsText({ operations, schemas }: Contract): string {
  const amounts = Object.entries(findAmounts(schemas)).map(([name, where]) => `  ${name}: ${JSON.stringify(where)},\n`)
  return `import type * as schemas from './schemas.generated.ts'

export type Operations = {
${operations.map(typesOf).join('')}}

export const operations = {
${operations.map((operation) => requestOf(operation, schemas)).join('')}} as const

/** Where the amounts of a schema are. */
export const amounts = {
${amounts.join('')}} as const
`
}

function typesOf({ id, path, query, body, answer }: Operation): string {
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `${name}: string`)
  const types = [
    params.length > 0 && `params: { ${params.join('; ')} }`,
    query !== undefined && `query: schemas.${query} | undefined`,
    body !== undefined && `body: schemas.${body}`,
    `answer: schemas.${answer}`,
  ]
  return `  ${id}: { ${types.filter((type) => type !== false).join('; ')} }\n`
}

function requestOf({ id, method, path, query, answer }: Operation, schemas: Contract['schemas']): string {
  const limit = (schemas[query ?? '']?.properties as Record<string, Schema> | undefined)?.limit
  return `  ${id}: ${JSON.stringify({ method, path, answer, pageMax: limit?.maximum })},\n`
}
