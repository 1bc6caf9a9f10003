import { Fault } from '#platform/faults'
import {
  type BurstAnswer,
  type BurstStep,
  type Database,
  DatabaseFault,
  type Session,
  type Transaction,
} from '#platform/postgres'

/** A connection on which one batch after the other is handled, each in a transaction of its own. */
export type WorkerSession = {
  /**
   * Begins a transaction with these steps behind it; answers theirs. The connection is opened when it is
   * not. Told when COMMIT is about to be sent, which may be more than once when the burst fails before it.
   */
  readonly begin: (steps: readonly BurstStep[], onCommitting?: () => void) => Promise<readonly BurstAnswer[]>
  /** The open transaction, for the handler; of no use once that has ended. A burst of it may end with `commitStep`. */
  readonly transaction: () => Transaction
  /**
   * Commits, unless a burst has. When the connection is lost meanwhile, asks the database whether it
   * did, and returns or throws accordingly.
   */
  readonly commit: () => Promise<void>
  /** Whether the transaction begun last has committed. */
  readonly committed: () => boolean
  /** Rolls back. Does not throw: a broken connection has done so by itself. */
  readonly rollback: () => Promise<void>
  readonly close: () => Promise<void>
}

const begin: BurstStep = { name: 'begin', text: 'begin' }
const transactionId: BurstStep = { name: 'lanes-transaction-id', text: 'select pg_current_xact_id()::text' }
/** Commits, at the end of a burst or as one of its own. */
export const commitStep: BurstStep = { name: 'commit', text: 'commit' }
const rollback: BurstStep = { name: 'rollback', text: 'rollback' }

/** A transaction, and its id as long as it can be asked after. */
type Current = {
  state: 'open' | 'committed' | 'ended'
  readonly id: string | undefined
  readonly onCommitting: () => void
}

/** How long a commit that nobody answered for is asked about. */
const inquiryMs = 20_000
const inquiryPauseMs = 50

export function createWorkerSession(database: Database, purpose: string): WorkerSession {
  let session: Session | undefined
  let current: Current = { state: 'ended', id: undefined, onCommitting: () => {} }

  const opened = async () => {
    if (session === undefined || session.closed()) session = await database.session(purpose)
    return session
  }
  const drop = async () => {
    const broken = session
    session = undefined
    await broken?.close().catch(() => undefined)
  }
  const endingWith = async (on: Session, mine: Current, steps: readonly BurstStep[]) => {
    mine.onCommitting()
    let answers: readonly BurstAnswer[]
    try {
      answers = await on.burst(steps)
    } catch (error) {
      // A statement before it failed: the transaction is there, for whoever can mend it.
      if (error instanceof DatabaseFault && error.state !== undefined && !on.closed()) throw error
      mine.state = 'ended'
      await drop()
      if (mine.id === undefined || !(await hasCommitted(database, mine.id))) throw error
      mine.state = 'committed'
      return steps.map(() => ({ rows: [], tag: '' }))
    }
    mine.state = answers.at(-1)?.tag === 'COMMIT' ? 'committed' : 'ended'
    if (mine.state === 'ended') throw rolledBack()
    return answers
  }

  return {
    begin: async (steps, onCommitting = () => {}) => {
      const on = await opened()
      const answers = await on.burst([begin, ...steps, transactionId])
      current = { state: 'open', id: answers.at(-1)?.rows[0]?.[0] ?? undefined, onCommitting }
      return answers.slice(1, -1)
    },
    transaction: () => {
      const on = session
      const mine = current
      const whileOpen = async <Value>(work: (on: Session) => Promise<Value>): Promise<Value> => {
        if (on === undefined || mine.state !== 'open') throw ended()
        return work(on)
      }
      return {
        query: (statement) => whileOpen((open) => open.query(statement)),
        burst: (steps) =>
          whileOpen((open) => (steps.at(-1) === commitStep ? endingWith(open, mine, steps) : open.burst(steps))),
      }
    },
    commit: async () => {
      if (current.state === 'committed') return
      if (session === undefined || current.state !== 'open') throw ended()
      await endingWith(session, current, [commitStep])
    },
    committed: () => current.state === 'committed',
    rollback: async () => {
      current.state = 'ended'
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
