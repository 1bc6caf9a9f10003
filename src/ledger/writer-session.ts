import { assert } from '#kernel'
import { Fault } from '#platform/faults'
import { type BurstStep, type Database, DatabaseFault, type Session, type Transaction } from '#platform/postgres'
import { findBatchStep } from './batch-store.ts'

/** The writer's own connections, which find out whether a commit that was cut off has happened. */
export type WriterSession = {
  /** A connection for reading what the next batch needs while others are being written. */
  readonly openReader: () => Promise<Transaction>
  /** The first writing connection, opened again if it was lost; throws a retryable Fault when that takes too long. */
  readonly open: () => Promise<Transaction>
  /**
   * Sends the steps with a COMMIT behind them, on the first connection. When that is lost meanwhile,
   * finds out whether the batch at `position` was committed, and returns or throws accordingly.
   */
  readonly commit: (steps: readonly BurstStep[], position: number) => Promise<void>
  /**
   * Begins a transaction for a batch on the writing connection whose turn it is. Up to
   * {@link stagedMax} may be open at once: so one is sent while others are being committed.
   */
  readonly stage: (position: number) => Promise<StagedBatch>
  /** Rolls back whatever is open. */
  readonly abandon: () => Promise<void>
  readonly close: () => Promise<void>
}

/** A batch's transaction, which has its number already: what begins later comes later in the feed of events. */
export type StagedBatch = {
  readonly send: (steps: readonly BurstStep[]) => Promise<unknown>
  /** Sends the last steps and commits, as `commit` of the session does. */
  readonly commit: (steps: readonly BurstStep[]) => Promise<void>
}

/** How many batches may be on their way at once. */
export const stagedMax = 2

export type WriterSessionOptions = {
  /** How long to wait for a database that went away: a restart with crash recovery takes seconds. */
  readonly reopenMs?: number
}

const beginStaged: readonly BurstStep[] = [
  { name: 'begin', text: 'begin' },
  { name: 'ledger-number-transaction', text: 'select pg_current_xact_id()' },
]
const commit: BurstStep = { name: 'commit', text: 'commit' }
const rollback: BurstStep = { name: 'rollback', text: 'rollback' }

/** What tells one server process from every other, also from a later one with the same process id. */
type Backend = { readonly pid: number; readonly started: string }

export function createWriterSession(
  database: Database,
  { reopenMs = 20_000 }: WriterSessionOptions = {},
): WriterSession {
  let reader: Session | undefined
  let ended = false
  const openFor = async (purpose: string): Promise<Session> => {
    const opened = ended ? undefined : await openWithin(database, { purpose, timeoutMs: reopenMs })
    if (opened !== undefined && !ended) return opened
    await opened?.close()
    throw new Fault({ code: 'ledger_stopped', message: 'the ledger has been stopped', retryable: false })
  }
  const first = createWritingConnection(openFor, reopenMs)
  const connections = [first]
  while (connections.length < stagedMax) connections.push(createWritingConnection(openFor, reopenMs))
  let turn = 0

  return {
    open: first.open,
    openReader: async () => {
      if (reader === undefined || reader.closed()) reader = await openFor('reader')
      return reader
    },
    commit: first.commit,
    stage: (position) => {
      turn = (turn + 1) % stagedMax
      return (connections[turn] ?? first).stage(position)
    },
    abandon: async () => {
      await Promise.all(connections.map((connection) => connection.abandon()))
    },
    close: async () => {
      ended = true
      await Promise.all([...connections, reader].map((connection) => connection?.close()))
    },
  }
}

type WritingConnection = Pick<WriterSession, 'commit' | 'stage' | 'abandon' | 'close'> & {
  readonly open: () => Promise<Session>
}

function createWritingConnection(openFor: (purpose: string) => Promise<Session>, reopenMs: number): WritingConnection {
  let session: Session | undefined
  let backend: Backend | undefined
  /** Counts staged transactions and their being abandoned: what was sent later would run in none. */
  let turns = 0

  const open = async (): Promise<Session> => {
    if (session !== undefined && !session.closed()) return session
    const opened = await openFor('writer')
    try {
      // Its server process must be known before anything is committed on it.
      backend = await readBackend(opened)
    } catch (error) {
      await opened.close().catch(() => undefined)
      throw error
    }
    session = opened
    return opened
  }
  /**
   * Finds out if the batch at `position` was committed by the lost server process, however long that
   * takes: to decide it again without knowing would tell a client that its own post was another's.
   */
  const wasCommitted = async (position: number, lost: Backend | undefined): Promise<boolean> => {
    for (;;) {
      try {
        const reopened = await open()
        await outlive(reopened, { lost, timeoutMs: reopenMs })
        const [found] = await reopened.burst([findBatchStep(position)])
        return found !== undefined && found.rows.length > 0
      } catch (error) {
        if (!(error instanceof Fault && error.retryable)) throw error
      }
    }
  }

  /** Commits on the very connection that the transaction was begun on. */
  const commitOn = async (
    at: Session,
    steps: readonly BurstStep[],
    position: number,
    committing: Backend | undefined,
  ) => {
    try {
      const answers = await at.burst([...steps, commit])
      assert(answers.at(-1)?.tag === 'COMMIT', 'a transaction in which nothing failed is committed')
    } catch (error) {
      if (!isCutOff(error)) throw error
      await at.close().catch(() => undefined)
      if (!(await wasCommitted(position, committing))) throw error
    }
  }

  return {
    open,
    commit: async (steps, position) => commitOn(await open(), steps, position, backend),
    stage: async (position) => {
      const at = await open()
      const committing = backend
      await at.burst(beginStaged)
      turns += 1
      const turn = turns
      const requireOpen = () => {
        if (turn === turns) return
        throw new Fault({ code: 'ledger_abandoned', message: 'the transaction was rolled back', retryable: true })
      }
      return {
        send: async (steps) => {
          requireOpen()
          await at.burst(steps)
        },
        commit: async (steps) => {
          requireOpen()
          await commitOn(at, steps, position, committing)
        },
      }
    },
    abandon: async () => {
      turns += 1
      if (session === undefined || session.closed()) return
      await session.burst([rollback]).catch(() => session?.close())
    },
    close: async () => session?.close(),
  }
}

/** Whether an error leaves open if the commit happened: the connection broke, or the server was ending. */
function isCutOff(error: unknown): boolean {
  if (!(error instanceof DatabaseFault)) return true
  return error.state === undefined || error.state.startsWith('57P') || error.state.startsWith('08')
}

/** Opens a session, trying again while the database is away. */
async function openWithin(
  database: Database,
  { purpose, timeoutMs }: { readonly purpose: string; readonly timeoutMs: number },
): Promise<Session> {
  const deadline = performance.now() + timeoutMs
  for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, 500)) {
    try {
      const session = await database.session(purpose)
      // The writer's statements are index probes by design; tables may grow a thousandfold under a
      // plan that was made while they were small.
      await session.burst([
        {
          name: 'plans',
          text: "select set_config(name, 'off', false) from unnest(array['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']) as name",
        },
      ])
      return session
    } catch (error) {
      if (!(error instanceof Fault && error.retryable) || performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
}

async function readBackend(session: Session): Promise<Backend> {
  const [row] = await session.query<{ pid: number; started: string }>({
    text: 'select pid, backend_start::text as started from pg_stat_activity where pid = pg_backend_pid()',
  })
  return row ?? { pid: 0, started: '' }
}

/** Ends the server process of a lost connection, which may still be committing, and waits for its end. */
async function outlive(
  session: Session,
  { lost, timeoutMs }: { readonly lost: Backend | undefined; readonly timeoutMs: number },
): Promise<void> {
  if (lost === undefined) return
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline) {
    const alive = await session.query({
      text: `select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and backend_start::text = $2`,
      values: [lost.pid, lost.started],
    })
    if (alive.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Fault({ code: 'database_unavailable', message: 'a lost connection would not end', retryable: true })
}
