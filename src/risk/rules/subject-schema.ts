import { reservedWords } from './language/forms.ts'
import { type Checked, fine, type Problem, wrong } from './problems.ts'
import { type Json, readValue, type TypeName, typeNames, type Value, writeValue } from './values.ts'

export const subjectKinds = ['payment', 'payout', 'refund', 'party'] as const

export type SubjectKind = (typeof subjectKinds)[number]

export type Field = {
  /** Words of letters and digits, joined by dots: `payer.country`. */
  readonly name: string
  readonly type: TypeName
  /** May be missing. */
  readonly optional?: boolean
  readonly about?: string
}

/** The fields of a kind of subject. A version never changes: stored decisions refer to it. */
export type SchemaDefinition = {
  readonly kind: SubjectKind
  readonly version: number
  readonly fields: readonly Field[]
}

export type SubjectSchema = SchemaDefinition & {
  /** Where a subject's value of a field is. */
  readonly slots: ReadonlyMap<string, number>
}

/** What is decided on, or was. Its values are in the order of the schema's fields. */
export type Subject = {
  readonly kind: SubjectKind
  readonly id: string
  /** Microseconds since 1970. Rules know no other time. */
  readonly at: number
  readonly values: readonly (Value | undefined)[]
}

export const fieldsMax = 300

const fieldName = /^[a-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*(\.[a-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*){0,4}$/

type Complaint = readonly [message: string, advice: string]

export function createSchema(definition: SchemaDefinition): Checked<SubjectSchema> {
  const { fields } = definition
  const slots = new Map<string, number>()
  const problems: Problem[] = []
  const complain = (...[message, advice]: Complaint) => problems.push({ code: 'invalid_schema', message, advice })
  if (fields.length > fieldsMax) complain(`a schema of ${fields.length} fields`, `Leave at most ${fieldsMax}`)
  for (const [slot, { name, type }] of fields.slice(0, fieldsMax).entries()) {
    if (!fieldName.test(name) || name.length > 80 || name.split('.').some((word) => reservedWords.has(word))) {
      complain(
        `${JSON.stringify(name.slice(0, 80))} is no name of a field`,
        'Write words joined by dots, such as payer.country',
      )
    }
    if (slots.has(name)) complain(`the field ${name} is there twice`, 'Remove one of them')
    if (!typeNames.includes(type)) complain(`${name} has no known type`, `Write one of ${typeNames.join(', ')}`)
    slots.set(name, slot)
  }
  return problems.length > 0 ? wrong(...problems) : fine({ ...definition, slots })
}

export type SubjectInput = {
  readonly id: string
  readonly at: number
  readonly fields: Readonly<Record<string, unknown>>
}

/** Reads a subject from JSON. Unknown fields are refused, nothing is coerced, and what is not optional must be there. */
export function readSubject(schema: SubjectSchema, { id, at, fields }: SubjectInput): Checked<Subject> {
  const problems: Problem[] = []
  const complain = (...[message, advice]: Complaint) => problems.push({ code: 'wrong_type', message, advice })
  const values = new Array<Value | undefined>(schema.fields.length).fill(undefined)
  for (const [name, json] of Object.entries(fields)) {
    const slot = schema.slots.get(name)
    const field = slot === undefined ? undefined : schema.fields[slot]
    if (slot === undefined || field === undefined) {
      complain(`${schema.kind} has no field ${name.slice(0, 80)}`, 'Leave it out')
    } else if (json !== null && json !== undefined) {
      values[slot] = readValue(field.type, json)
      if (values[slot] === undefined)
        complain(`${name} is not of the type ${field.type}`, `Give one of the type ${field.type}`)
    }
  }
  for (const [slot, { name, optional }] of schema.fields.entries()) {
    if (values[slot] === undefined && optional !== true && problems.length === 0)
      complain(`${name} is missing`, 'Give it')
  }
  return problems.length > 0 ? wrong(...problems) : fine({ kind: schema.kind, id, at, values })
}

/** The fields of a subject as JSON, without the missing ones. */
export function writeSubject(schema: SubjectSchema, subject: Subject): Readonly<Record<string, Json>> {
  const fields: Record<string, Json> = {}
  for (const [slot, { name, type }] of schema.fields.entries()) {
    const value = subject.values[slot]
    if (value !== undefined) fields[name] = writeValue(type, value)
  }
  return fields
}
