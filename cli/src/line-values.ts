import { parseAmount } from '@munim/sdk'
import type { CsvRecord } from './csv-records.ts'
import { CliFailure } from './failure.ts'
import type { LineRefusal } from './import-lines.ts'
import { parseTemplate, type Template } from './template.ts'

/**
 * Reads values of one line by templates. The first value that cannot be read is the line's refusal;
 * values read from then on mean nothing. Each method takes the option it reads for, to name it.
 */
export type LineValues = {
  /** A text; the columns it names must not be empty. */
  readonly text: (option: string, template: Template) => string
  /** A text that is left out (undefined) when a column it names is empty. */
  readonly optionalText: (option: string, template: Template | undefined, charsMax: number) => string | undefined
  /** An account's code, or its id. */
  readonly account: (option: string, template: Template) => string
  /** A decimal of an asset with `scale` decimals, as minor units that are at least `least`. */
  readonly amount: (option: string, template: Template, scale: number, least: bigint) => bigint
  readonly metadata: (templates: readonly MetadataTemplate[]) => Record<string, string>
  readonly refusal: () => LineRefusal | undefined
}

export type MetadataTemplate = readonly [key: string, template: Template]

const accountPattern = /^[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,127}$/
const metadataCharsMax = 500
/** What decoding leaves where the bytes were not UTF-8. */
const replacement = '\uFFFD'

export function readLine(record: CsvRecord): LineValues {
  let refusal: LineRefusal | undefined
  const refuse = (code: string, reason: string) => {
    refusal ??= { code, reason }
  }
  const hasEmptyColumn = (template: Template) =>
    template.columns.some((column) => (record.fields[column] ?? '').trim() === '')
  const text = (option: string, template: Template): string => {
    if (hasEmptyColumn(template)) refuse('missing_value', `${option}: a column it names is empty`)
    const value = template.fill(record.fields)
    if (value.includes(replacement)) refuse('invalid_line', `${option}: the line is not valid UTF-8`)
    if (value.includes('\0')) refuse('invalid_line', `${option}: the line holds a NUL character`)
    return value
  }
  const optionalText = (option: string, template: Template | undefined, charsMax: number): string | undefined => {
    if (template === undefined || hasEmptyColumn(template)) return undefined
    const value = text(option, template)
    if (value.length > charsMax) refuse('invalid_line', `${option}: the text is longer than ${charsMax} characters`)
    return value
  }
  return {
    text,
    optionalText,
    account: (option, template) => {
      const code = text(option, template)
      if (!accountPattern.test(code)) refuse('invalid_account', `${option}: "${code.slice(0, 140)}" is no account code`)
      return code
    },
    amount: (option, template, scale, least) => {
      const amount = parseAmount(text(option, template), scale)
      if (!amount.ok) refuse('invalid_amount', `${option}: ${amount.message}`)
      else if (amount.minor < least) {
        refuse('invalid_amount', `${option}: the amount must ${least > 0n ? 'be more than zero' : 'not be negative'}`)
      }
      return amount.ok ? amount.minor : 0n
    },
    metadata: (templates) => {
      const read = templates.map(([key, template]) => [
        key,
        optionalText(`--metadata ${key}`, template, metadataCharsMax),
      ])
      return Object.fromEntries(read.filter(([, value]) => value !== undefined))
    },
    refusal: () => refusal,
  }
}

/** The templates of `--metadata key=TEMPLATE`, given any number of times. */
export function parseMetadataTemplates(
  pairs: readonly string[] | undefined,
  header: readonly string[],
): MetadataTemplate[] {
  return (pairs ?? []).map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw new CliFailure(`--metadata: "${pair}" is not of the form key=TEMPLATE`)
    return [pair.slice(0, at), parseTemplate('--metadata', pair.slice(at + 1), header)]
  })
}
