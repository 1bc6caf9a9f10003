import type { Uuid } from '#kernel'
import type { Queryable } from '#platform/postgres'
import { captureTable, toCapture } from '../engine/rows/capture-store.ts'
import type { TextRow } from '../engine/rows/row-text.ts'
import type { Capture } from '../payment.ts'

/** A payment takes no more. */
export const capturesMax = 1_000

export async function listCaptures(database: Queryable, book: number, payment: Uuid): Promise<readonly Capture[]> {
  const rows = await database.query<{ cells: TextRow }>({
    text: `
      select ${captureTable.cells}
      from payments.captures p where p.book_id = $1 and p.payment_id = $2::uuid order by p.created_at, p.id limit $3`,
    values: [book, payment, capturesMax],
  })
  return rows.map(({ cells }) => toCapture(cells))
}
