import { micros } from '../postgres/index.ts'

/** Where the feed has an event: its row, a stamp of that row, and the index within the row. */
export type Place = { readonly row: bigint; readonly stamp: bigint; readonly index: number }

/** An event's id: the row's id (8 bytes), its stamp (6) and the index within the row (2). */
export function idOf({ row, stamp, index }: Place): string {
  return hex(row, 16) + hex(stamp, 12) + hex(index, 4)
}

export function placeOf(id: string): Place {
  const row = BigInt.asIntN(64, BigInt(`0x${id.slice(0, 16)}`))
  return { row, stamp: BigInt(`0x${id.slice(16, 28)}`), index: Number.parseInt(id.slice(28), 16) }
}

function hex(value: bigint | number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

/** A restored server reuses row numbers. So ids also hold 48 bits of a time, except those from before positions. */
export const stampText = `case when o.transaction is null
  then ${micros('o.recorded_at')} & 281474976710655 else 0 end`

type PlacedTexts = Readonly<Record<'book' | 'position' | keyof Place, string>>

/** Whether this server has the event of a place at the position: another server may have given the position to another. */
export function isPlacedText({ book, position, row, stamp, index }: PlacedTexts): string {
  return `exists (select from platform.outbox o where o.id = ${row}::bigint and o.book_id = ${book}
    and ${stampText} = ${stamp}::bigint and o.first_position + ${index}::bigint = ${position})`
}
