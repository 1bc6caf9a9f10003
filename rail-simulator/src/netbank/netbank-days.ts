import type { Journal } from '../journal/journal.ts'
import type { Operation } from '../operations/operation.ts'
import type { Timestamp } from '../time.ts'

/** A statement never changes. */
export type NetbankStatement = {
  readonly date: string
  /** After the header: the records, and the totals. */
  readonly lines: number
  readonly closedAt: Timestamp
  readonly text: string
}

export type NetbankDays = {
  /** Accepted or reported since the last statement. */
  readonly unlisted: Set<Operation>
  readonly all: () => readonly NetbankStatement[]
  readonly close: (statement: NetbankStatement) => void
  readonly restore: (statement: NetbankStatement) => void
}

const statementsMax = 1000

export function createNetbankDays(journal: () => Journal): NetbankDays {
  const statements: NetbankStatement[] = []
  const keep = (statement: NetbankStatement) => {
    statements.push(statement)
    if (statements.length > statementsMax) statements.shift()
  }
  return {
    unlisted: new Set(),
    all: () => statements,
    close: (statement) => {
      keep(statement)
      journal().write(['netbank_statement', statement])
    },
    restore: keep,
  }
}
