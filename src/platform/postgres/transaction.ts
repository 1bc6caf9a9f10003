import type { BurstAnswer, BurstStep } from './burst.ts'

/** `name` prepares the statement on the connection. */
export type Statement = { readonly text: string; readonly values?: readonly unknown[]; readonly name?: string }

/** A target for statements: the pool, or one transaction. Rows are objects; int8 is bigint. */
export type Queryable = {
  readonly query: <Row extends object>(statement: Statement) => Promise<Row[]>
}

/** An open database transaction, passed explicitly to the modules that take part in it. */
export type Transaction = Queryable & {
  /** Several statements in one round trip; the first error skips the rest and fails the transaction. */
  readonly burst: (steps: readonly BurstStep[]) => Promise<readonly BurstAnswer[]>
}
