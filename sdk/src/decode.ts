import { amounts } from './operations.generated.ts'

/** Where amounts are: here, where a schema has them, by field, or by what a field's text begins with. */
type Amounts = true | string | Fields | Choice
type Fields = { readonly [field: string]: Amounts }
type Choice = readonly [field: string, { readonly [start: string]: Amounts }]

const amountsBySchema: Readonly<Record<string, Amounts>> = amounts

/**
 * Replaces the digits of amounts by bigints, in place. Everything else stays, also what only a newer server knows.
 */
export function decode(wire: unknown, where: Amounts | undefined): unknown {
  if (where === undefined || wire === undefined || wire === null) return wire
  if (where === true) return BigInt(wire as string)
  if (typeof where === 'string') return decode(wire, amountsBySchema[where])
  if (Array.isArray(wire)) return wire.map((item) => decode(item, where))
  if (typeof wire !== 'object') return wire
  const fields = wire as Record<string, unknown>
  if (isChoice(where)) {
    const [field, choices] = where
    return decode(wire, choices[String(fields[field]).split('.')[0] ?? ''])
  }
  for (const field in where) {
    if (fields[field] !== undefined) fields[field] = decode(fields[field], where[field])
  }
  return wire
}

function isChoice(where: Fields | Choice): where is Choice {
  return Array.isArray(where)
}
