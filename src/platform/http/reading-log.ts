import { createQuotas } from '#kernel'
import { requestAbandoned } from '../deadlines/index.ts'
import { Fault } from '../faults/index.ts'
import type { Database } from '../postgres/index.ts'
import type { ActingCall, CallAct, RecordAct } from './acts.ts'
import type { Caller } from './caller.ts'

export type Reading = {
  readonly caller: Caller
  readonly subject: string | undefined
  readonly call: ActingCall
  /** Aborted: nobody waits for the row any more, so none is written. */
  readonly signal?: { readonly aborted: boolean } | undefined
}

type WaitingAct = {
  readonly act: CallAct & { readonly book: number }
  readonly signal?: Reading['signal']
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Keeps acts of readings, in few commits: those of persons before those of programs. */
export type ReadingRows = {
  /** Rejects with a retryable Fault when too many wait. */
  readonly ofPerson: (act: WaitingAct['act'], signal: Reading['signal']) => Promise<void>
  readonly ofProgram: (act: WaitingAct['act']) => Promise<void>
}

const commitRowsMax = 50
/** Each has an answer that waits for its row. */
const waitingMax = 200

/**
 * One commit at a time has the rows of all that have come meanwhile. So a log that is held, or a replica that is silent,
 * costs one connection, however many read.
 */
export function createReadingRows({
  database,
  record,
}: {
  readonly database: Database
  readonly record: RecordAct
}): ReadingRows {
  const places = createQuotas(waitingMax)
  let persons: WaitingAct[] = []
  const programs: WaitingAct[] = []
  let isWriting = false

  const commit = (batch: readonly WaitingAct[]) =>
    database.transaction(async (tx) => {
      for (const { act } of batch) await record(tx, act)
    })
  const write = async (batch: readonly WaitingAct[]): Promise<void> => {
    try {
      await commit(batch)
      for (const { resolve } of batch) resolve()
    } catch (error) {
      const isOfOne = batch.length > 1 && !(error instanceof Fault && error.retryable)
      if (isOfOne) for (const one of batch) await write([one])
      else for (const { reject } of batch) reject(error)
    }
  }
  const dropAbandoned = () => {
    const [gone, left] = [persons.filter(isAbandoned), persons.filter((one) => !isAbandoned(one))]
    persons = left
    for (const { reject } of gone) reject(requestAbandoned())
  }
  const writeAll = async () => {
    if (isWriting) return
    isWriting = true
    for (;;) {
      dropAbandoned()
      const batch = persons.splice(0, commitRowsMax)
      batch.push(...programs.splice(0, commitRowsMax - batch.length))
      if (batch.length === 0) break
      await write(batch)
    }
    isWriting = false
  }
  const join = (queue: WaitingAct[], act: WaitingAct['act'], signal?: Reading['signal']) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    queue.push({ act, signal, resolve, reject })
    void writeAll()
    return promise
  }
  const takerOf = ({ book, actor }: WaitingAct['act']) => ({ group: book, sender: actor.id })

  return {
    ofPerson: async (act, signal) => {
      const taker = takerOf(act)
      if (!places.take(taker, 1)) throw tooMany()
      try {
        await join(persons, act, signal)
      } finally {
        places.release(taker, 1)
      }
    },
    ofProgram: (act) => join(programs, act),
  }
}

function isAbandoned({ signal }: WaitingAct): boolean {
  return signal?.aborted === true
}

function tooMany(): Fault {
  return new Fault({
    code: 'reading_log_busy',
    message: 'Too many readings wait for the log of acts.',
    retryable: true,
  })
}

type ReadingLogDeps = { readonly rows: ReadingRows | undefined; readonly onFault: (error: unknown) => void }

const hourMs = 3_600_000
const readersMax = 10_000

/**
 * Records that a route showed personal data: every reading by a person, before it is answered. Programs read by the
 * thousand and must go on while nothing can be written: of each, the first reading of an hour is recorded in the background.
 */
export function createReadingLog(
  { operation, readAct }: { readonly operation: string; readonly readAct: string },
  { rows, onFault }: ReadingLogDeps,
): (reading: Reading) => Promise<void> | undefined {
  const hours = new Map<string, number>()
  const actOf = ({ caller, subject = operation, call }: Reading, further?: string) => {
    const details = { operation, ...(further !== undefined && { further }) }
    const isDone = further !== undefined
    return { action: readAct, actor: caller.principal, book: caller.book.number, subject, details, call, isDone }
  }
  return (reading) => {
    const { principal, book } = reading.caller
    if (rows === undefined) return undefined
    if (principal.kind === 'person') return rows.ofPerson(actOf(reading), reading.signal)
    const reader = `${principal.id} ${book.number}`
    const hour = Math.floor(performance.now() / hourMs)
    if (hours.get(reader) === hour) return undefined
    if (hours.size >= readersMax) hours.clear()
    hours.set(reader, hour)
    rows
      .ofProgram(actOf({ ...reading, subject: operation }, 'not recorded within the hour'))
      .catch((error: unknown) => {
        hours.delete(reader)
        onFault(error)
      })
    return undefined
  }
}
