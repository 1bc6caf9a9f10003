import { Fault } from '#platform/faults'
import type { BurstAnswer, BurstStep, Database, Session, Transaction } from '#platform/postgres'

/** A connection on which one batch after the other is handled, each in a transaction of its own. */
export type WorkerSession = {
  /** Begins a transaction with these steps behind it; answers theirs. The connection is opened when it is not. */
  readonly begin: (steps: readonly BurstStep[]) => Promise<readonly BurstAnswer[]>
  /** The open transaction, for the handler; of no use once that has ended. */
  readonly transaction: () => Transaction
  /**
   * Commits. When the connection is lost meanwhile, asks the database whether it did, and returns or
   * throws accordingly.
   */
  readonly commit: () => Promise<void>
  /** Rolls back. Does not throw: a broken connection has done so by itself. */
  readonly rollback: () => Promise<void>
  readonly close: () => Promise<void>
}

const begin: BurstStep = { name: 'begin', text: 'begin' }
const transactionId: BurstStep = { name: 'lanes-transaction-id', text: 'select pg_current_xact_id()::text' }
const commit: BurstStep = { name: 'commit', text: 'commit' }
const rollback: BurstStep = { name: 'rollback', text: 'rollback' }

/** How long a commit that nobody answered for is asked about. */
const inquiryMs = 20_000
const inquiryPauseMs = 50

export function createWorkerSession(database: Database, purpose: string): WorkerSession {
  let session: Session | undefined
  let current: { open: boolean; id: string | undefined } = { open: false, id: undefined }

  const opened = async () => {
    if (session === undefined || session.closed()) session = await database.session(purpose)
    return session
  }
  const drop = async () => {
    const broken = session
    session = undefined
    current.open = false
    await broken?.close().catch(() => undefined)
  }

  return {
    begin: async (steps) => {
      const on = await opened()
      const answers = await on.burst([begin, ...steps, transactionId])
      current = { open: true, id: answers.at(-1)?.rows[0]?.[0] ?? undefined }
      return answers.slice(1, -1)
    },
    transaction: () => {
      const on = session
      const mine = current
      const whileOpen = <Value>(work: (on: Session) => Promise<Value>): Promise<Value> => {
        if (on === undefined || !mine.open) throw ended()
        return work(on)
      }
      return {
        query: (statement) => whileOpen((open) => open.query(statement)),
        burst: (steps) => whileOpen((open) => open.burst(steps)),
      }
    },
    commit: async () => {
      current.open = false
      const { id } = current
      let answers: readonly BurstAnswer[] | undefined
      try {
        answers = await session?.burst([commit])
      } catch (error) {
        await drop()
        if (id !== undefined && (await hasCommitted(database, id))) return
        throw error
      }
      if (answers?.[0]?.tag !== 'COMMIT') throw rolledBack()
    },
    rollback: async () => {
      current.open = false
      try {
        await session?.burst([rollback])
      } catch {
        await drop()
      }
    },
    close: drop,
  }
}

/** Whether a transaction whose commit was not answered has happened; asked until the database knows. */
async function hasCommitted(database: Database, id: string): Promise<boolean> {
  const until = performance.now() + inquiryMs
  for (;;) {
    try {
      const rows = await database.query<{ status: string | null }>({
        text: 'select pg_xact_status($1::text::xid8) as status',
        values: [id],
      })
      const status = rows[0]?.status
      if (status !== 'in progress') return status === 'committed'
    } catch (error) {
      if (!(error instanceof Fault && error.retryable) || performance.now() > until) throw error
    }
    if (performance.now() > until) {
      throw new Fault({
        code: 'commit_unknown',
        message: 'whether a batch was committed could not be found out',
        retryable: true,
      })
    }
    await new Promise((resolve) => setTimeout(resolve, inquiryPauseMs))
  }
}

function ended(): Fault {
  return new Fault({ code: 'transaction_ended', message: 'the transaction of the batch has ended', retryable: false })
}

function rolledBack(): Fault {
  return new Fault({
    code: 'database_error',
    message: 'a statement of the transaction had failed, so it was rolled back',
    retryable: false,
  })
}
