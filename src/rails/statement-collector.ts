import { Fault, faultPoint } from '#platform/faults'
import { type Database, openLockSession, type Transaction, takeLock } from '#platform/postgres'
import { caseIdOf, openUnread, resolveUnread } from './cases/unread-cases.ts'
import { handOn, type OnRailEvents } from './inbox.ts'
import { deleteUnreadOf, type InboxEntry } from './inbox-store.ts'
import type { StatementOffer, StatementSource } from './rail-adapter.ts'
import {
  advanceStatement,
  beginStatement,
  longestUntried,
  refuseStatement,
  type StatementProgress,
  statementBack,
  unreadOffers,
} from './statement-store.ts'

export type CollectorDeps = {
  readonly database: Database
  readonly onEvents: OnRailEvents
  readonly onHandedOn: () => void
  readonly onProblem: (entry: InboxEntry, reason: string) => void
  /** The round then ends early. Later rounds go on where it ended. */
  readonly isStopping?: () => boolean
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
      if (deps.isStopping?.() === true) break
      // Offers are remembered only here. When this fails, the round ends: a later offer would hide this one.
      const begun = await beginStatement(deps.database, { rail, statement: offer.name, lines: offer.lines })
      if (begun.finished) continue
      try {
        if (await collectStatement(deps, source, { rail, offer, begun })) finished += 1
      } catch (error) {
        if (error instanceof Fault && error.code === 'statement_refused') {
          await refuse(deps.database, { rail, statement: offer.name, why: error.message })
        }
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

/** It stays unfinished, so later rounds read it again. */
async function refuse(
  database: Database,
  { rail, statement, why }: { readonly rail: string; readonly statement: string; readonly why: string },
): Promise<void> {
  const id = caseIdOf({ rail, kind: 'statement', name: statement })
  const detail = `Statement ${statement} of rail ${rail} is refused as a whole: ${why} None of it is lost: it is read again.`
  await database.transaction(async (tx) => {
    if (await refuseStatement(tx, { rail, statement, why })) {
      await openUnread(tx, 'statement_refused', [{ kind: 'statement', id, detail }])
    }
  })
}

type Begun = { readonly rail: string; readonly offer: StatementOffer; readonly begun: StatementProgress }

/** False when it was stopped before the end of the statement. */
async function collectStatement(
  deps: CollectorDeps,
  source: StatementSource,
  { rail, offer, begun }: Begun,
): Promise<boolean> {
  const cursor = createCursor(deps, { rail, statement: offer.name, ...begun })
  let line = begun.linesDone
  for await (const { position, text, reading } of source.read(offer, begun.position)) {
    if (deps.isStopping?.() === true) return false
    line += 1
    // An unreadable item without an id is identified by its place.
    const place = `${offer.name}/${position}`
    const eventId = reading.kind === 'event' ? reading.event.eventId : (reading.eventId ?? place)
    await cursor.add({ entry: { rail, eventId, statement: offer.name, line, body: text, reading }, position })
  }
  await cursor.finish()
  return true
}

/** An item, and where reading goes on after it. */
type Kept = { readonly entry: InboxEntry; readonly position: string }

/** The cursor moves in the transaction of each batch. */
function createCursor(
  deps: CollectorDeps,
  at: { readonly rail: string; readonly statement: string } & StatementProgress,
) {
  let done = at.linesDone
  let position = at.position
  let unreadable = at.problems
  let firstProblem: string | undefined
  const unkept = new Set<InboxEntry>()
  let batch: Kept[] = []

  const keep = async (kept: readonly Kept[], finished: boolean) => {
    const entries = kept.map(({ entry }) => entry)
    const problems = entries.filter(({ reading }) => reading.kind === 'problem')
    const to = done + entries.length
    const after = kept.at(-1)?.position ?? position
    await deps.database.transaction(async (tx) => {
      const { rail, statement } = at
      const step = { rail, statement, from: done, to, position: after, problems: problems.length, finished }
      if (!(await advanceStatement(tx, step))) {
        const message = `Another process collects statement ${statement} of ${rail}.`
        throw new Fault({ code: 'statement_moved_on', message, retryable: true })
      }
      await handOn(
        tx,
        deps.onEvents,
        entries.filter((entry) => !unkept.has(entry)),
      )
      if (finished) await settleCases(tx, at, { unreadable, firstProblem })
      faultPoint('rails.statement.before')
    })
    faultPoint('rails.statement.after')
    deps.onHandedOn()
    done = to
    position = after
    for (const entry of problems) {
      if (entry.reading.kind === 'problem' && !unkept.delete(entry)) deps.onProblem(entry, entry.reading.reason)
    }
  }

  const flush = async (finished: boolean) => {
    const kept = batch
    batch = []
    try {
      await keep(kept, finished)
    } catch (error) {
      if (kept.length === 0 || (error instanceof Fault && error.retryable)) throw error
      // An item that cannot be handled must not block the others: it is stored as a problem.
      for (const one of kept) await keepAlone(one)
      if (finished) await keep([], true)
    }
  }

  const keepAlone = async (one: Kept) => {
    try {
      await keep([one], false)
    } catch (error) {
      if (error instanceof Fault && error.retryable) throw error
      const reason = `it could not be handed on (${error instanceof Fault ? error.code : 'a defect'})`
      count(reason)
      await keep([{ ...one, entry: { ...one.entry, reading: { kind: 'problem', reason } } }], false)
    }
  }

  const count = (reason: string) => {
    unreadable += 1
    firstProblem ??= reason
  }

  return {
    add: async (one: Kept) => {
      const { entry } = one
      batch.push(one)
      if (entry.reading.kind === 'problem') {
        count(entry.reading.reason)
        if (unreadable > problemsKeptMax) unkept.add(entry)
      }
      if (batch.length === batchLines) await flush(false)
    },
    finish: () => flush(true),
  }
}

/** When a statement is read to its end, it is not refused any more, and its unread lines are one case. */
async function settleCases(
  tx: Transaction,
  { rail, statement }: { readonly rail: string; readonly statement: string },
  read: { readonly unreadable: number; readonly firstProblem: string | undefined },
): Promise<void> {
  const { unreadable, firstProblem = 'see its unread events' } = read
  const subject = { kind: 'statement', id: caseIdOf({ rail, kind: 'statement', name: statement }) } as const
  await resolveUnread(tx, 'statement_refused', [subject])
  if (unreadable === 0) {
    // Lines that could not be read in an earlier reading have been read now.
    await deleteUnreadOf(tx, { rail, statement })
    return resolveUnread(tx, 'event_unread', [subject])
  }
  const detail = `${unreadable} lines of statement ${statement} of rail ${rail} could not be read: ${firstProblem}.`
  await openUnread(tx, 'event_unread', [{ ...subject, detail }])
}
