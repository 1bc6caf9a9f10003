import type { Uuid } from '#kernel'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import type { Capture } from '../payment.ts'

/** More than any payment has. */
export const capturesMax = 1000

export async function listCaptures(database: Queryable, book: number, payment: Uuid): Promise<readonly Capture[]> {
  const rows = await database.query<CaptureRow>({
    text: `
      select c.id, c.payment_id, ${micros('c.created_at')} as created_at, c.amount, c.is_final, c.current_attempt, c.state, c.reason
      from payments.captures c where c.book_id = $1 and c.payment_id = $2::uuid order by c.created_at, c.id limit $3`,
    values: [book, payment, capturesMax],
  })
  return rows.map(toCapture)
}

type CaptureRow = {
  id: string
  payment_id: string
  created_at: bigint
  amount: bigint
  is_final: boolean
  current_attempt: string | null
  state: Capture['state']
  reason: string | null
}

function toCapture(row: CaptureRow): Capture {
  return {
    id: toUuid(row.id),
    payment: toUuid(row.payment_id),
    amount: row.amount,
    final: row.is_final,
    state: row.state,
    reason: row.reason ?? undefined,
    currentAttempt: row.current_attempt === null ? undefined : toUuid(row.current_attempt),
    createdAt: Number(row.created_at),
  }
}
