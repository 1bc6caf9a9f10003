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

export function termsText(table: Table, row: Row & { readonly terms?: CallTerms }): string | null {
  for (const _ in row.terms) return sealField(placeOf(`${table}.terms`, row), JSON.stringify(row.terms))
  return null
}

export function toTerms(table: Table, row: Row, text: string | null | undefined): { readonly terms?: CallTerms } {
  if (text == null) return {}
  return { terms: JSON.parse(openField(placeOf(`${table}.terms`, row), text)) as CallTerms }
}
