import { faultPoint } from '#platform/faults'
import type { Database, Transaction } from '#platform/postgres'
import { caseIdOf, openUnread, resolveUnread, type UnreadCase } from './cases/unread-cases.ts'
import { caseOf, type InboxEntry, insertInbox } from './inbox-store.ts'
import { storeMaintenance } from './keys/maintenance-store.ts'
import type { RailEvent } from './rail.ts'

/** Handles events in the transaction that stores them: both happen, or neither. */
export type OnRailEvents = (tx: Transaction, events: readonly RailEvent[]) => Promise<void>

export type InboxDeps = {
  readonly database: Database
  readonly onEvents: OnRailEvents
  readonly onHandedOn: () => void
  readonly onProblem: (entry: InboxEntry, reason: string) => void
}

export async function handOn(tx: Transaction, onEvents: OnRailEvents, entries: readonly InboxEntry[]): Promise<void> {
  const { fresh, replaced } = await insertInbox(tx, entries)
  await openUnread(tx, 'event_unread', fresh.flatMap(unreadCase))
  const read = replaced.filter(({ statement }) => statement === undefined)
  await resolveUnread(
    tx,
    'event_unread',
    read.map(({ rail, eventId }) => ({ kind: 'event', id: caseIdOf({ rail, kind: 'event', name: eventId }) })),
  )
  await storeMaintenance(
    tx,
    fresh.flatMap(({ rail, reading }) =>
      reading.kind === 'maintenance' ? [{ rail, maintenance: reading.maintenance }] : [],
    ),
  )
  const events = fresh.flatMap(({ reading }) => (reading.kind === 'event' ? [reading.event] : []))
  if (events.length > 0) await onEvents(tx, events)
}

function unreadCase(entry: InboxEntry): UnreadCase[] {
  const id = caseOf(entry)
  if (id === undefined || entry.reading.kind !== 'problem') return []
  const { rail, eventId, reading } = entry
  return [
    {
      kind: 'event',
      id,
      detail: `A callback of rail ${rail} could not be read: ${reading.reason} (event ${eventId}).`,
    },
  ]
}

export type Inbox = {
  /** Resolves when the entry is stored and handled, even if it was before; rejects when it could not be. */
  readonly receive: (entry: InboxEntry) => Promise<void>
}

type Waiting = { readonly entry: InboxEntry; readonly resolve: () => void; readonly reject: (error: unknown) => void }

const batchMax = 500

/** Entries that arrive during one transaction are stored together by the next. */
export function createInbox({ database, onEvents, onHandedOn, onProblem }: InboxDeps): Inbox {
  let waiting: Waiting[] = []
  let busy = false

  const keep = async (batch: readonly Waiting[]) => {
    const entries = batch.map(({ entry }) => entry)
    // A rail does not repeat an acknowledged event. A unit is remembered after its commit, so that a commit lost with a
    // database server is detected.
    await database.unit(async (tx) => {
      await handOn(tx, onEvents, entries)
      faultPoint('rails.inbox.before')
    })
    faultPoint('rails.inbox.after')
    onHandedOn()
    for (const { entry, resolve } of batch) {
      if (entry.reading.kind === 'problem') onProblem(entry, entry.reading.reason)
      resolve()
    }
  }

  /** An entry that cannot be stored must not block the others. */
  const keepEach = async (batch: readonly Waiting[]) => {
    try {
      await keep(batch)
    } catch (error) {
      const [only] = batch
      if (batch.length === 1 && only !== undefined) only.reject(error)
      else for (const one of batch) await keepEach([one])
    }
  }

  const work = async () => {
    busy = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax)
      waiting = waiting.slice(batchMax)
      await keepEach(batch)
    }
    busy = false
  }

  return {
    receive: (entry) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.push({ entry, resolve, reject })
      if (!busy) work().catch(reject)
      return promise
    },
  }
}
