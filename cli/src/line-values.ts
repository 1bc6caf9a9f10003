import { type AmountFormat, type AmountReader, createAmountReader } from './amount-format.ts'
import type { CsvRecord } from './csv-records.ts'
import { createTimeReader, type DateFormat, type TimeReader } from './date-format.ts'
import { CliFailure } from './failure.ts'
import type { LineRefusal } from './import-lines.ts'
import { parseTemplate, type Template } from './template.ts'

export type ValueFormats = { readonly amounts: AmountFormat; readonly dates: DateFormat }

export type AmountRange = 'positive' | 'not zero' | 'any'

/** The first unreadable value becomes the line's refusal. Values read after it are meaningless. */
export type LineValues = {
  /** The columns in the template must not be empty. */
  readonly text: (option: string, template: Template) => string
  /** Undefined when a column in the template is empty. */
  readonly optionalText: (option: string, template: Template | undefined, charsMax: number) => string | undefined
  readonly account: (option: string, template: Template) => string
  readonly asset: (option: string, template: Template, assets: AssetScales) => ImportAsset
  readonly amount: (option: string, template: Template, scale: number, range: AmountRange) => bigint
  readonly time: (option: string, template: Template) => string
  readonly metadata: (templates: readonly MetadataTemplate[]) => Record<string, string>
  readonly refusal: () => LineRefusal | undefined
}

export type ImportAsset = { readonly code: string; readonly scale: number }
export type AssetScales = ReadonlyMap<string, number>
export type MetadataTemplate = readonly [key: string, template: Template]

const accountPattern = /^[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,127}$/
const metadataCharsMax = 500
const shownCharsMax = 140

export function createLineReader(formats: ValueFormats): (record: CsvRecord) => LineValues {
  const readAmount = createAmountReader(formats.amounts)
  const readTime = createTimeReader(formats.dates)
  return (record) => readLine(record, readAmount, readTime)
}

type RefusalCode =
  | 'missing_value'
  | 'invalid_line'
  | 'invalid_account'
  | 'asset_not_found'
  | 'invalid_amount'
  | 'invalid_date'

function readLine(record: CsvRecord, readAmount: AmountReader, readTime: TimeReader): LineValues {
  let refusal: LineRefusal | undefined
  const refuse = (code: RefusalCode, reason: string) => {
    refusal ??= { code, reason }
  }
  const hasEmptyColumn = (template: Template) =>
    template.columns.some((column) => (record.fields[column] ?? '').trim() === '')
  const text = (option: string, template: Template): string => {
    if (hasEmptyColumn(template)) refuse('missing_value', `${option}: a column it names is empty`)
    return template.fill(record.fields)
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
      const shown = code.slice(0, shownCharsMax)
      if (!accountPattern.test(code)) refuse('invalid_account', `${option}: "${shown}" is no account code`)
      return code
    },
    asset: (option, template, assets) => {
      const code = text(option, template)
      const scale = assets.get(code)
      const shown = code.slice(0, shownCharsMax)
      if (scale === undefined) refuse('asset_not_found', `${option}: the book has no asset "${shown}"`)
      return { code, scale: scale ?? 0 }
    },
    amount: (option, template, scale, range) => {
      const amount = readAmount(text(option, template), scale)
      if (!amount.ok) refuse('invalid_amount', `${option}: ${amount.message}`)
      else if (amount.minor < 0n && range === 'positive') {
        refuse('invalid_amount', `${option}: the amount must not be negative`)
      } else if (amount.minor === 0n && range !== 'any') {
        refuse('invalid_amount', `${option}: the amount must not be zero`)
      }
      return amount.ok ? amount.minor : 0n
    },
    time: (option, template) => {
      const time = readTime(text(option, template))
      if (!time.ok) refuse('invalid_date', `${option}: ${time.message}`)
      return time.ok ? time.instant : ''
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

export function parseMetadataTemplates(
  pairs: readonly string[] | undefined,
  header: readonly string[],
): MetadataTemplate[] {
  return (pairs ?? []).map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw new CliFailure(`--metadata: "${pair}" is not of the form key=TEMPLATE`)
    return [pair.slice(0, at), parseTemplate({ option: '--metadata', text: pair.slice(at + 1) }, header)]
  })
}
