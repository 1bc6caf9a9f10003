import { invalid, RequestProblem } from './problem.ts'

export type Fields = Readonly<Record<string, unknown>>

export function parseFields(body: string, known: readonly string[]): Fields {
  const fields = body === '' ? {} : parseObject(body)
  for (const name of Object.keys(fields))
    if (!known.includes(name)) throw invalid({ param: name, detail: 'is not a field of this request' })
  return fields
}

function parseObject(body: string): Fields {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed }
  } catch {
    // Reported below.
  }
  throw new RequestProblem('malformed_json')
}

/** In minor units. */
export function readAmount(fields: Fields): bigint {
  const { amount } = fields
  const text = typeof amount === 'number' && Number.isSafeInteger(amount) ? String(amount) : amount
  if (typeof text !== 'string' || !/^\d{1,18}$/.test(text) || /^0+$/.test(text)) {
    throw invalid({ param: 'amount', detail: 'must be a string of 1 to 18 digits or an integer, above 0' })
  }
  return BigInt(text)
}

export function readAsset(fields: Fields): string {
  return readText(fields, 'asset', {
    form: /^[A-Z0-9-]{1,16}$/,
    sentence: 'must be 1 to 16 capitals, digits and hyphens',
  })
}

export function readInstrument(fields: Fields): string {
  return readText(fields, 'instrument', {
    form: /^[\x21-\x7e]{1,100}$/,
    sentence: 'must be 1 to 100 printable ASCII characters',
  })
}

export function readDescriptor(fields: Fields): string | undefined {
  if (fields.descriptor === undefined) return undefined
  return readText(fields, 'descriptor', { form: /^.{1,35}$/u, sentence: 'must be 1 to 35 characters' })
}

export function readTerms(fields: Fields): { readonly purpose?: string; readonly party?: Record<string, string> } {
  const { party } = fields
  const purpose = fields.purpose === undefined ? undefined : readText(fields, 'purpose', purposeForm)
  if (party === undefined) return { ...(purpose !== undefined && { purpose }) }
  const texts = typeof party === 'object' && party !== null ? Object.entries(party) : []
  if (texts.length === 0 || texts.some(([, text]) => typeof text !== 'string')) {
    throw invalid({ param: 'party', detail: 'must be an object of texts' })
  }
  return { ...(purpose !== undefined && { purpose }), party: Object.fromEntries(texts) }
}

const purposeForm = { form: /^[A-Za-z0-9]{1,35}$/, sentence: 'must be 1 to 35 letters and digits' }

export function readText(
  fields: Fields,
  name: string,
  { form, sentence }: { readonly form: RegExp; readonly sentence: string },
): string {
  const value = fields[name]
  if (typeof value !== 'string' || !form.test(value)) throw invalid({ param: name, detail: sentence })
  return value
}

export function readFlag(fields: Fields, name: string): boolean {
  const value = fields[name] ?? false
  if (typeof value !== 'boolean') throw invalid({ param: name, detail: 'must be true or false' })
  return value
}

export function readOneOf<Value extends string>(value: unknown, name: string, among: readonly Value[]): Value {
  const found = among.find((each) => each === value)
  if (found === undefined) throw invalid({ param: name, detail: `must be one of ${among.join(', ')}` })
  return found
}

export function readNumber(value: unknown, name: string, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) {
    throw invalid({ param: name, detail: `must be a whole number from 0 to ${most}` })
  }
  return value
}

export function readCount(query: URLSearchParams, name: string, among: { fallback: number; most: number }): number {
  const text = query.get(name)
  if (text === null) return among.fallback
  if (!/^\d{1,15}$/.test(text) || Number(text) > among.most) {
    throw invalid({ param: name, detail: `must be a number up to ${among.most}` })
  }
  return Number(text)
}
