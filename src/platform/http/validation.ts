import { type AnySchema, type ErrorObject, Ajv2020 as Validator } from 'ajv/dist/2020.js'
import { parseTimestamp } from '#kernel'
import { expectation } from './schemas.ts'

/** Why a value does not match: for people, and which field. */
type Mismatch = { readonly detail: string; readonly param: string | undefined }

/** Checks a value; undefined when it matches. */
export type Check = (value: unknown) => Mismatch | undefined

const nameLengthMax = 200

/** Makes a compiler of schemas. Nothing is coerced, filled in or removed; the first mismatch ends it. */
export function createSchemaCompiler(): (schema: AnySchema) => Check {
  const validator = new Validator({
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    allErrors: false,
    verbose: true,
    strictTypes: false,
    allowMatchingProperties: true,
  })
  validator.addKeyword(expectation)
  validator.addKeyword('example')
  validator.addFormat('date-time', (text) => parseTimestamp(text) !== undefined)
  return (schema) => {
    const matches = validator.compile(schema)
    return (value) => (matches(value) ? undefined : describe(matches.errors?.at(-1)))
  }
}

/** Of an `anyOf` the last error speaks of the whole; the ones before, of its branches. */
function describe(error: ErrorObject | undefined): Mismatch {
  if (error === undefined) return { detail: 'The request is not valid.', param: undefined }
  const path = error.instancePath.split('/').slice(1).map(unescapePointer)
  const { missingProperty, additionalProperty, propertyName } = error.params as Record<string, string | undefined>
  const name = missingProperty ?? additionalProperty ?? propertyName
  if (name !== undefined) path.push(name)
  const param = path.length === 0 ? undefined : path.join('.').slice(0, nameLengthMax).toWellFormed()
  return { detail: `${param ?? 'The body'} ${complaint(error)}.`, param }
}

function complaint(error: ErrorObject): string {
  if (error.keyword === 'required') return 'is required'
  if (error.keyword === 'additionalProperties') return 'is not known here'
  const expected = (error.parentSchema as Record<string, unknown> | undefined)?.[expectation]
  if (typeof expected === 'string') return `must be ${expected}`
  if (error.keyword === 'enum') return `must be one of ${JSON.stringify(error.params.allowedValues)}`
  if (error.keyword === 'const') return `must be ${JSON.stringify(error.params.allowedValue)}`
  if (error.keyword === 'anyOf') return 'has none of the forms it may have'
  return error.message ?? 'is not valid'
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
