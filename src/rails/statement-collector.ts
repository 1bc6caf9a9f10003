import { Fault, faultPoint } from '#platform/faults'
import { type Database, openLockSession, takeLock } from '#platform/postgres'
import { handOn, type OnRailEvents } from './inbox.ts'
import type { InboxEntry } from './inbox-store.ts'
import type { Reading, StatementOffer, StatementSource } from './rail-adapter.ts'
import { atPace, divideLines, type StatementLine } from './statement-lines.ts'
import {
  advanceStatement,
  beginStatement,
  longestUntried,
  type StatementProgress,
  statementBack,
  unreadOffers,
} from './statement-store.ts'

export type CollectorDeps = {
  readonly database: Database
  readonly onEvents: OnRailEvents
  readonly onHandedOn: () => void
  readonly onProblem: (entry: InboxEntry, reason: string) => void
}

const batchLines = 500
/** Unreadable lines that are stored and reported for each statement; the others are only counted. */
const problemsKeptMax = 1_000
/** The latest statements are checked again: a statement may come late, or be issued again. */
const lookBackStatements = 40

/**
 * Collects the new lines of a rail's statements, and returns the number of statements finished. One process at a time
 * collects from a rail; if two do, the cursor stops one of them. A statement that cannot be read does not block the
 * others, and is read again in later rounds. Throws a retryable Fault when the rail does not deliver.
 */
export async function collectStatements(deps: CollectorDeps, rail: string, source: StatementSource): Promise<number> {
  const offers = await listUnread(deps, rail, source)
  if (offers.length === 0) return 0
  const session = await openLockSession(deps.database, `statements of ${rail}`)
  try {
    if (!(await takeLock(session, `rails.statements ${rail}`))) return 0
    let finished = 0
    const failures: unknown[] = []
    for (const offer of offers) {
      // Offers are remembered only here. When this fails, the round ends: a later offer would hide this one.
      const begun = await beginStatement(deps.database, { rail, statement: offer.name, lines: offer.lines })
      if (begun.finished) continue
      try {
        await collectStatement(deps, source, { rail, offer, begun })
        finished += 1
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
    return finished
  } finally {
    await session.close()
  }
}

async function listUnread(
  { database }: CollectorDeps,
  rail: string,
  source: StatementSource,
): Promise<readonly StatementOffer[]> {
  const listed = await source.list(await statementBack(database, { rail, count: lookBackStatements }))
  if (!listed.ok) throw new Fault({ code: 'statements_not_listed', message: listed.why, retryable: true })
  const except = listed.offers.map(({ name }) => name)
  const older = await longestUntried(database, { rail, except })
  const latest = await unreadOffers(database, { rail, offers: listed.offers })
  return older === undefined ? latest : [...latest, await asOffered(database, rail, source, older)]
}

/** A statement may have been issued again since it was begun. */
async function asOffered(
  database: Database,
  rail: string,
  source: StatementSource,
  known: StatementOffer,
): Promise<StatementOffer> {
  const listed = await source.list(await statementBack(database, { rail, from: known.name, count: lookBackStatements }))
  const offer = listed.ok ? listed.offers.find(({ name }) => name === known.name) : undefined
  return offer ?? known
}

type Begun = { readonly rail: string; readonly offer: StatementOffer; readonly begun: StatementProgress }

async function collectStatement(
  deps: CollectorDeps,
  source: StatementSource,
  { rail, offer, begun }: Begun,
): Promise<void> {
  const opened = await source.open(offer.name)
  if (!opened.ok) throw new Fault({ code: 'statement_not_opened', message: opened.why, retryable: true })
  const cursor = createCursor(deps, { rail, statement: offer.name, ...begun })
  const lines = divideLines(atPace(opened.chunks))
  try {
    const header = await lines.next()
    const read = source.reader(header.value?.text ?? '')
    let number = 0
    for (let next = await nextLine(lines, offer, number); next !== undefined; ) {
      number += 1
      if (number > begun.linesDone) await cursor.add(entryOf({ rail, offer, number, line: next, read }))
      next = await nextLine(lines, offer, number)
    }
    if (number < offer.lines) throw cutOff(offer, number)
    await cursor.finish()
  } finally {
    await lines.return(undefined)
  }
}

/** Text after the last line break counts as a line only when the statement has exactly one line more. */
async function nextLine(
  lines: ReturnType<typeof divideLines>,
  offer: StatementOffer,
  read: number,
): Promise<StatementLine | undefined> {
  const next = await lines.next()
  if (!next.done) return next.value
  if (next.value !== undefined && read + 1 !== offer.lines) throw cutOff(offer, read)
  return next.value
}

function cutOff(offer: StatementOffer, lines: number): Fault {
  const message = `Statement ${offer.name} ended after ${lines} of ${offer.lines} lines.`
  return new Fault({ code: 'statement_cut_off', message, retryable: true })
}

function entryOf(of: {
  readonly rail: string
  readonly offer: StatementOffer
  readonly number: number
  readonly line: StatementLine
  readonly read: (line: string, number: number) => Reading
}): InboxEntry {
  const { rail, offer, number, line, read } = of
  const reading: Reading = line.cut ? { kind: 'problem', reason: 'the line is too long' } : read(line.text, number)
  // An unreadable line without an id is identified by its place.
  const place = `${offer.name}/${number}`
  const eventId = reading.kind === 'event' ? reading.event.eventId : (reading.eventId ?? place)
  return { rail, eventId, statement: offer.name, line: number, body: line.text, reading }
}

/** The cursor moves in the transaction of each batch. */
function createCursor(
  deps: CollectorDeps,
  at: { readonly rail: string; readonly statement: string } & Pick<StatementProgress, 'linesDone' | 'problems'>,
) {
  let done = at.linesDone
  let unreadable = at.problems
  const unkept = new Set<InboxEntry>()
  let batch: InboxEntry[] = []

  const keep = async (entries: readonly InboxEntry[], finished: boolean) => {
    const problems = entries.filter(({ reading }) => reading.kind === 'problem')
    const to = done + entries.length
    await deps.database.transaction(async (tx) => {
      const step = { rail: at.rail, statement: at.statement, from: done, to, problems: problems.length, finished }
      if (!(await advanceStatement(tx, step))) {
        const message = `Another process collects statement ${at.statement} of ${at.rail}.`
        throw new Fault({ code: 'statement_moved_on', message, retryable: true })
      }
      await handOn(
        tx,
        deps.onEvents,
        entries.filter((entry) => !unkept.has(entry)),
      )
      faultPoint('rails.statement.before')
    })
    faultPoint('rails.statement.after')
    deps.onHandedOn()
    done = to
    for (const entry of problems) {
      if (entry.reading.kind === 'problem' && !unkept.delete(entry)) deps.onProblem(entry, entry.reading.reason)
    }
  }

  const flush = async (finished: boolean) => {
    const entries = batch
    batch = []
    try {
      await keep(entries, finished)
    } catch (error) {
      if (entries.length === 0 || (error instanceof Fault && error.retryable)) throw error
      // A line that cannot be handled must not block the others: it is stored as a problem.
      for (const entry of entries) await keepAlone(entry)
      if (finished) await keep([], true)
    }
  }

  const keepAlone = async (entry: InboxEntry) => {
    try {
      await keep([entry], false)
    } catch (error) {
      if (error instanceof Fault && error.retryable) throw error
      const reason = `it could not be handed on (${error instanceof Fault ? error.code : 'a defect'})`
      await keep([{ ...entry, reading: { kind: 'problem', reason } }], false)
    }
  }

  return {
    add: async (entry: InboxEntry) => {
      batch.push(entry)
      if (entry.reading.kind === 'problem') unreadable += 1
      if (entry.reading.kind === 'problem' && unreadable > problemsKeptMax) unkept.add(entry)
      if (batch.length === batchLines) await flush(false)
    },
    finish: () => flush(true),
  }
}
