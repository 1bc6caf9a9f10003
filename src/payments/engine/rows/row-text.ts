import type { Timestamp, Uuid } from '#kernel'
import { type CopyEncoder, micros, toUuid } from '#platform/postgres'
import type { Metadata, Payment, PaymentPhase, PaymentSource, Share } from '../../payment.ts'

// Columns are read in text form, and written as binary COPY or as array literals.

export type TextRow = readonly (string | null)[]

/** `times` are read as whole microseconds since 1970. */
function selected(columns: readonly string[], times: readonly string[]): string {
  return columns.map((column) => (times.includes(column) ? micros(column) : column)).join(', ')
}

export const nowExpression = micros('clock_timestamp()')

/** A table's columns as SQL: a list, and one array of texts over the alias `p`. One decoder reads both. */
export type RowTable = {
  readonly name: 'payments' | 'captures' | 'refunds' | 'payouts' | 'disputes' | 'attempts' | 'credits'
  readonly selected: string
  readonly cells: string
}

export function rowTable(name: RowTable['name'], columns: readonly string[], times: readonly string[]): RowTable {
  const cells = columns.map((column) => `(${times.includes(column) ? micros(`p.${column}`) : `p.${column}`})::text`)
  return { name, selected: selected(columns, times), cells: `array[${cells.join(', ')}] as cells` }
}

/** The phase `review` is stored under its former name: a program of an earlier release, beside this one, reads it. */
const reviewText = 'stuck'

export function phaseText({ phase }: Pick<Payment, 'phase'>): string {
  return phase === 'review' ? reviewText : phase
}

export function toPhase<Phase extends PaymentPhase>(text: string | null | undefined): Phase {
  return (text === reviewText ? 'review' : text) as Phase
}

const none: readonly string[] = []
export const noMetadata: Metadata = {}

/** A boolean in text form is `t` in a burst, and `true` after a cast. */
export function toBoolean(text: string | null | undefined): boolean {
  return text?.startsWith('t') === true
}

type Marks = { readonly isFollowed?: true; readonly isWantedBack?: true }

export function toMarks(followed: string | null | undefined, wantedBack: string | null | undefined): Marks {
  const marks: { -readonly [Mark in keyof Marks]: Marks[Mark] } = {}
  if (toBoolean(followed)) marks.isFollowed = true
  if (toBoolean(wantedBack)) marks.isWantedBack = true
  return marks
}

export function toOptionalUuid(text: string | null | undefined): Uuid | undefined {
  return text == null ? undefined : toUuid(text)
}

export function toTime(text: string | null | undefined): Timestamp | undefined {
  return text == null ? undefined : Number(text)
}

export function toDeadline(text: string | null | undefined): { readonly deadline?: Timestamp } {
  return text == null ? {} : { deadline: Number(text) }
}

export function toTexts(json: string | null | undefined): readonly string[] {
  return json == null ? none : (JSON.parse(json) as string[])
}

export function toMetadata(json: string | null | undefined): Metadata {
  return json == null ? noMetadata : (JSON.parse(json) as Metadata)
}

type Cells<Name extends string> = Readonly<Record<Name, string | null | undefined>>

export function toSource(cells: Cells<'account' | 'rail' | 'instrument' | 'otherRails'>): PaymentSource {
  const { account, rail, instrument, otherRails } = cells
  if (account != null) return { kind: 'wallet', account }
  return { kind: 'rail', rail: rail ?? '', instrument: instrument ?? '', otherRails: toTexts(otherRails) }
}

export function toShare({ account, amount, captured }: Cells<'account' | 'amount' | 'captured'>): Share | undefined {
  if (account == null || amount == null) return undefined
  return { account, amount: BigInt(amount), ...(captured != null && { captured: BigInt(captured) }) }
}

export function toShares(json: string | null | undefined): Share[] {
  const rows = JSON.parse(json ?? '[]') as [account: string, amount: string, captured?: string, at?: number][]
  return rows.map(([account, amount, captured, at]) =>
    captured === undefined
      ? { account, amount: BigInt(amount) }
      : { account, amount: BigInt(amount), captured: BigInt(captured), ...(at !== undefined && { at }) },
  )
}

/** Of a refund or payout. Absent when nothing came back. */
export function toReturned(amount: string | null | undefined): { readonly amountReturned?: bigint } {
  return amount == null || amount === '0' ? {} : { amountReturned: BigInt(amount) }
}

export function textsJson(texts: readonly string[]): string | null {
  return texts.length === 0 ? null : JSON.stringify(texts)
}

export function metadataJson(metadata: Metadata): string | null {
  for (const _ in metadata) return JSON.stringify(metadata)
  return null
}

export function sharesJson(shares: readonly Share[]): string {
  return `[${shares.map(shareJson).join(',')}]`
}

export function optionalSharesJson(shares: readonly Share[] | undefined): string | null {
  return shares === undefined ? null : sharesJson(shares)
}

function shareJson({ account, amount, captured, at }: Share): string {
  if (at !== undefined) return `[${JSON.stringify(account)},"${amount}","${captured ?? 0n}",${at}]`
  return `[${JSON.stringify(account)},"${amount}"${captured === undefined ? '' : `,"${captured}"`}]`
}

export function copyText(row: CopyEncoder, text: string | null | undefined): void {
  if (text == null) row.null()
  else row.text(text)
}

export function copyUuid(row: CopyEncoder, uuid: Uuid | undefined): void {
  if (uuid === undefined) row.null()
  else row.uuid(uuid)
}

export function copyTime(row: CopyEncoder, time: Timestamp | undefined): void {
  if (time === undefined) row.null()
  else row.timestamp(time)
}

const bytes = { true: Buffer.from([1]), false: Buffer.from([0]) }

export function copyAmount(row: CopyEncoder, amount: bigint | undefined): void {
  if (amount === undefined) row.null()
  else row.bigint8(amount)
}

export function copyBoolean(row: CopyEncoder, value: boolean): void {
  row.bytes(value ? bytes.true : bytes.false)
}
