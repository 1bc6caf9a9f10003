import type { Uuid } from '#kernel'
import { openField, type Place, sealField } from '#platform/sealing'
import type { CallTerms, Payment } from '../../payment.ts'

type Table = 'payments' | 'payouts'
type Row = { readonly book: number; readonly id: Uuid }

/** The place of a personal field of a payment or payout. */
export function placeOf(column: `${Table}.${string}`, { book, id }: Row): Place {
  return { column: `payments.${column}`, key: [book, id] }
}

/** Of the source of a payment. */
export function instrumentText(payment: Pick<Payment, 'book' | 'id' | 'source'>): string | null {
  const { source } = payment
  return source.kind === 'rail' ? sealField(placeOf('payments.source_instrument', payment), source.instrument) : null
}

export function toInstrument(row: Row, text: string | null | undefined): string | null {
  return text == null ? null : openField(placeOf('payments.source_instrument', row), text)
}

type Kept = Pick<Payment, 'terms' | 'retry'>

/** The last retry of a payment is kept with them. */
export function termsText(table: Table, row: Row & Kept): string | null {
  const json = row.retry === undefined ? row.terms : { ...row.terms, retry: row.retry }
  for (const _ in json) return sealField(placeOf(`${table}.terms`, row), JSON.stringify(json))
  return null
}

export function toTerms(table: Table, row: Row, text: string | null | undefined): Kept {
  if (text == null) return {}
  const { retry, ...terms } = JSON.parse(openField(placeOf(`${table}.terms`, row), text)) as CallTerms & Kept
  return { ...(Object.keys(terms).length > 0 && { terms }), ...(retry && { retry }) }
}
