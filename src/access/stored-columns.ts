import { type AddressList, createAddressList } from '#platform/addresses'
import { toUuid } from '#platform/postgres'
import type { NamedBook } from './access.ts'

/** Of a table that is joined with `access.books`. */
export const bookColumns = 'books.number as book_number, books.id as book_id, books.code as book_code'

export type RowInBook = { book_number: number; book_id: string; book_code: string }

export function bookOfRow(row: RowInBook): NamedBook {
  return { number: row.book_number, id: toUuid(row.book_id), code: row.book_code }
}

/** As one text: most lists of a directory are never read. */
export const addressesColumn = (table: 'keys' | 'clients') =>
  `array_to_string(${table}.allowed_addresses, ' ') as allowed_addresses`

export function addressesOf(row: { allowed_addresses: string | null }): AddressList | undefined {
  return row.allowed_addresses === null ? undefined : createAddressList(row.allowed_addresses)
}
