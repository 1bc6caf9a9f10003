import openapiTypes, { astToString, NULL, tsUnion } from 'openapi-typescript'
import ts from 'typescript'
import { amountType, type Contract, referenced, type Schema } from './contract.ts'

/** The type of every schema. Amounts and the times of queries are what the SDK takes and gives. */
export async function typesText({ operations, schemas }: Contract): Promise<string> {
  const queries = new Set(operations.map(({ query }) => query))
  const nodes = await openapiTypes(
    { openapi: '3.1.0', info: { title: '', version: '' }, components: { schemas: prepare(schemas) } },
    {
      alphabetize: false,
      // A field with a default may be left out of a request.
      defaultNonNullable: false,
      transform: (object, { path }) => {
        const schema = object as Schema
        const isInstant = schema.format === 'date-time' && queries.has(ownerOf(path))
        const name = schema[typeNote] ?? amountType(schema) ?? (isInstant ? 'Instant' : undefined)
        if (typeof name !== 'string') return undefined
        const type = ts.factory.createTypeReferenceNode(name)
        return [schema.type].flat().includes('null') ? tsUnion([type, NULL]) : type
      },
      postTransform: (type) =>
        ts.isArrayTypeNode(type) ? ts.factory.createTypeOperatorNode(ts.SyntaxKind.ReadonlyKeyword, type) : undefined,
    },
  )
  return `import type { AmountInput } from './amounts.ts'
import type { Instant } from './query.ts'

${astToString(aliases(nodes)).replaceAll(/@description |^ *\* @enum .*\n/gm, '')}`
}

const typeNote = 'x-type'
const wireNotes = ['title', 'default', 'examples']

/** Removes notes about the JSON, which has other amounts and defaults than the SDK. A reference becomes a note of its type. */
function prepare(schemas: Contract['schemas']) {
  return JSON.parse(JSON.stringify(schemas), (key, value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return wireNotes.includes(key) ? undefined : value
    }
    const name = referenced(value)
    return name === undefined ? value : { type: 'object', [typeNote]: name }
  })
}

/** The schema that a place such as `#/components/schemas/Account/posted` is part of. */
function ownerOf(path = ''): string {
  return path.split('/')[3] ?? ''
}

/** The members of `components['schemas']`, each as a type of its own. */
function aliases(nodes: readonly ts.Node[]): ts.Node[] {
  const [components] = nodes.filter(ts.isInterfaceDeclaration)
  const [schemas] = (components?.members ?? []).map(typeOf)
  const exported = [ts.factory.createToken(ts.SyntaxKind.ExportKeyword)]
  return (schemas as ts.TypeLiteralNode).members.map((member) => {
    const alias = ts.factory.createTypeAliasDeclaration(
      exported,
      member.name as ts.Identifier,
      undefined,
      typeOf(member),
    )
    return ts.setSyntheticLeadingComments(alias, ts.getSyntheticLeadingComments(member))
  })
}

function typeOf(member: ts.TypeElement): ts.TypeNode {
  if (ts.isPropertySignature(member) && member.type !== undefined) return member.type
  throw new Error('not a property')
}
