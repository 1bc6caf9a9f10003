import type { Uuid } from '#kernel'
import { type BurstStep, plainArray, textArray } from '#platform/postgres'
import type { RowTable } from './row-text.ts'

/** Lock the payments first to change their captures or refunds. */
export function readRowsStep({ name, selected }: RowTable, book: number, ids: readonly Uuid[]): BurstStep {
  return {
    name: `payments-read-${name}`,
    text: `select ${selected} from payments.${name} where book_id = $1::integer and id = any ($2::uuid[])`,
    values: [String(book), plainArray(ids)],
  }
}

/** Those of the rows that have ended, or wait for the payer to act. */
export function readEndedStep({ name, selected }: RowTable, book: number, ids: readonly Uuid[]): BurstStep {
  const isAsked = name === 'payments' ? ' or next_action is not null' : ''
  return {
    name: `payments-read-ended-${name}`,
    text: `select ${selected} from payments.${name}
      where book_id = $1::integer and id = any ($2::uuid[]) and (state <> 'processing'${isAsked})`,
    values: [String(book), plainArray(ids)],
  }
}

export type Locking = 'wait' | 'skip locked'

/** Rows are locked in the order of their ids. */
export function lockRowsStep(
  { name, selected }: RowTable,
  book: number,
  ids: readonly Uuid[],
  locking: Locking = 'wait',
): BurstStep {
  const skip = locking === 'wait' ? '' : ' skip locked'
  return {
    name: `payments-lock-${name}${skip}`,
    text: `select ${selected} from payments.${name}
      where book_id = $1::integer and id = any ($2::uuid[]) order by id for no key update${skip}`,
    values: [String(book), plainArray(ids)],
  }
}

/** Like {@link lockRowsStep}, for cached rows: it returns no columns. */
export function holdRowsStep({ name }: RowTable, book: number, ids: readonly Uuid[]): BurstStep {
  return {
    name: `payments-hold-${name}`,
    text: `select from payments.${name}
      where book_id = $1::integer and id = any ($2::uuid[]) order by id for no key update`,
    values: [String(book), plainArray(ids)],
  }
}

/** `book_id + 0` keeps the plan from the primary key. */
export function readRowsOfStep({ name, selected }: RowTable, book: number, payment: Uuid): BurstStep {
  return {
    name: `payments-read-${name}-of`,
    text: `select ${selected} from payments.${name} where payment_id = $2::uuid and book_id + 0 = $1::integer`,
    values: [String(book), payment],
  }
}

/** PostgreSQL looks up an array by index, one by one. It might join a subquery by a scan of the whole table. */
function idsText(arrived: '= 0' | '<> 0'): string {
  return `array(select id from payments.payments
      where book_id = $1::integer and id = any ($2::uuid[]) and amount_suspended + amount_owed + amount_lost ${arrived})`
}

export const suspendedText = idsText('<> 0')
/** The others, whose refunds and attempts need not be read one by one. */
export const unsuspendedText = idsText('= 0')

export function readRowsOfSuspendedStep(
  { name, selected }: RowTable,
  book: number,
  payments: readonly Uuid[],
): BurstStep {
  return {
    name: `payments-read-${name}-of-suspended`,
    text: `select ${selected} from payments.${name} where payment_id = any (${suspendedText}) and book_id + 0 = $1::integer`,
    values: [String(book), plainArray(payments)],
  }
}

/** `book_id + 0` keeps the plan from the primary key. */
export function findReferencesStep({ name }: RowTable, book: number, references: readonly string[]): BurstStep {
  return {
    name: `payments-find-references-of-${name}`,
    text: `select reference from payments.${name}
      where reference = any ($2::text[]) and reference is not null and book_id + 0 = $1::integer`,
    values: [String(book), textArray(references)],
  }
}
