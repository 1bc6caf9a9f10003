import { parseAmount } from '@munim/sdk'
import type { CsvRecord } from './csv-records.ts'
import { CliFailure } from './failure.ts'
import type { LineRefusal } from './import-lines.ts'
import { parseTemplate, type Template } from './template.ts'

/** A value read from a line, or why the line has none. */
export type LineValue<Value> = { readonly value: Value } | { readonly refusal: LineRefusal }

const accountPattern = /^[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,127}$/
const replacement = '\uFFFD'

function refuse(code: string, reason: string): { readonly refusal: LineRefusal } {
  return { refusal: { code, reason } }
}

/** Fills a template from a line; the columns it names must not be empty. */
export function readText(option: string, template: Template, record: CsvRecord): LineValue<string> {
  for (const column of template.columns) {
    if ((record.fields[column] ?? '').trim() === '')
      return refuse('missing_value', `${option}: a column it names is empty`)
  }
  const value = template.fill(record.fields)
  if (value.includes(replacement)) return refuse('invalid_line', `${option}: the line is not valid UTF-8`)
  if (value.includes('\0')) return refuse('invalid_line', `${option}: the line holds a NUL character`)
  return { value }
}

/** Reads an account's code (or id). */
export function readAccountCode(option: string, template: Template, record: CsvRecord): LineValue<string> {
  const text = readText(option, template, record)
  if ('refusal' in text || accountPattern.test(text.value)) return text
  return refuse('invalid_account', `${option}: "${text.value.slice(0, 140)}" cannot be the code of an account`)
}

/** Reads a decimal as minor units of an asset with `scale` decimals. */
export function readAmount(option: string, template: Template, record: CsvRecord, scale: number): LineValue<bigint> {
  const text = readText(option, template, record)
  if ('refusal' in text) return text
  const amount = parseAmount(text.value, scale)
  return amount.ok ? { value: amount.minor } : refuse('invalid_amount', `${option}: ${amount.message}`)
}

/** Reads a text that may be absent: `undefined` when a column it names is empty. */
export function readOptionalText(
  option: string,
  template: Template,
  record: CsvRecord,
  charsMax: number,
): LineValue<string | undefined> {
  const text = readText(option, template, record)
  if ('refusal' in text) return text.refusal.code === 'missing_value' ? { value: undefined } : text
  if (text.value.length <= charsMax) return text
  return refuse('invalid_line', `${option}: the text is longer than ${charsMax} characters`)
}

/** The templates of `--metadata key=TEMPLATE`, given any number of times. */
export function parseMetadataTemplates(pairs: readonly string[], header: readonly string[]): [string, Template][] {
  return pairs.map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw new CliFailure(`--metadata: "${pair}" is not of the form key=TEMPLATE`)
    return [pair.slice(0, at), parseTemplate('--metadata', pair.slice(at + 1), header)]
  })
}

/** Fills the metadata of a line; pairs whose columns are empty are left out. */
export function readMetadata(
  templates: readonly [string, Template][],
  record: CsvRecord,
): LineValue<Record<string, string>> {
  const metadata: Record<string, string> = {}
  for (const [key, template] of templates) {
    const text = readOptionalText(`--metadata ${key}`, template, record, 500)
    if ('refusal' in text) return text
    if (text.value !== undefined) metadata[key] = text.value
  }
  return { value: metadata }
}
