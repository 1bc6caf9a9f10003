import type { Journal } from './journal/journal.ts'
import { formatTimestamp, type Timestamp } from './time.ts'

/** A statement never changes. */
export type Statement = {
  readonly date: string
  readonly sequence: number
  readonly lines: number
  readonly closedAt: Timestamp
  readonly text: string
}

export type StatementLine = {
  readonly eventId: string
  readonly operation: string
  readonly reference: string
  readonly key: string
  readonly original: string
  readonly amount: bigint
  readonly asset: string
  readonly outcome: 'settled' | 'returned'
  readonly reasonCode: string
}

export type Statements = {
  readonly today: () => string
  /** A day without lines gets no statement. */
  readonly close: (lines: readonly StatementLine[], at: Timestamp) => void
  readonly get: (date: string) => Statement | undefined
  readonly list: (after: string, limit: number) => { readonly found: Statement[]; readonly hasMore: boolean }
  readonly all: () => readonly Statement[]
  readonly restore: (what: { today: string } | { statement: Statement }) => void
}

const statementsMax = 1000
const header =
  'line,event_id,operation,reference,idempotency_key,original,amount,asset,outcome,reason_code,occurred_at\n'

export function createStatements(journal: () => Journal, firstDay: string): Statements {
  let today = firstDay
  let sequence = 0
  const statements: Statement[] = []
  const keep = (statement: Statement) => {
    statements.push(statement)
    if (statements.length > statementsMax) statements.shift()
    sequence = statement.sequence
  }
  return {
    today: () => today,
    close: (lines, at) => {
      if (lines.length > 0) {
        const text = header + lines.map((line, index) => renderLine(line, index + 1, at)).join('')
        const statement = { date: today, sequence: sequence + 1, lines: lines.length, closedAt: at, text }
        keep(statement)
        journal().write(['statement', statement])
      }
      today = dayAfter(today)
      journal().write(['today', today])
    },
    get: (date) => statements.find((statement) => statement.date === date),
    list: (after, limit) => {
      const later = statements.filter((statement) => statement.date > after)
      return { found: later.slice(0, limit), hasMore: later.length > limit }
    },
    all: () => statements,
    restore: (what) => {
      if ('today' in what) today = what.today
      else keep(what.statement)
    },
  }
}

function renderLine(line: StatementLine, number: number, at: Timestamp): string {
  const { eventId, operation, reference, key, original, amount, asset, outcome, reasonCode } = line
  const fields = [number, eventId, operation, reference, key, original, amount, asset, outcome, reasonCode]
  return `${fields.map((field) => quoted(String(field))).join(',')},${formatTimestamp(at)}\n`
}

function quoted(field: string): string {
  return /[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

function dayAfter(date: string): string {
  return new Date(Date.parse(date) + 24 * 3_600_000).toISOString().slice(0, 10)
}
