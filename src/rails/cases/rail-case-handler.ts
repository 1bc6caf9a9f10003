import type { ActedCase, CarriedOut, CaseHandler, CaseSubject } from '#cases'
import type { Transaction } from '#platform/postgres'
import type { FindStoredCall } from '../find-call.ts'
import { handOn, type OnRailEvents } from '../inbox.ts'
import { deleteUnread, lockUnread } from '../inbox-store.ts'
import type { RailAdapter } from '../rail-adapter.ts'
import { readMessage } from '../receive-callback.ts'
import { lockStatement, restartStatement } from '../statement-store.ts'

type HandlerDeps = {
  readonly adapter: (rail: string) => RailAdapter | undefined
  readonly onEvents: OnRailEvents
  readonly findCall: FindStoredCall
}

/** Carries out the actions of operators on the cases of rails: `retry` reads a report again. */
export function createRailCaseHandler(deps: HandlerDeps): CaseHandler {
  return {
    lockSubject: async (tx, subject) => {
      await (subject.kind === 'statement' ? lockStatement(tx, subject.id) : lockUnread(tx, subject.id))
    },
    carryOut: (tx, acted, { action }) => {
      if (action === 'force') return Promise.resolve('done')
      return acted.subject.kind === 'statement' ? readStatementAgain(tx, acted) : readAgain(deps, tx, acted)
    },
  }
}

/** All of it: the inbox takes no event twice. The case ends when a round has read every line. */
async function readStatementAgain(tx: Transaction, { subject }: ActedCase): Promise<CarriedOut> {
  const restarted = await restartStatement(tx, subject.id)
  return { left: restarted ? 'It is read again in the next round.' : 'The statement is not known any more.' }
}

async function readAgain(deps: HandlerDeps, tx: Transaction, acted: ActedCase): Promise<CarriedOut> {
  const { adapter, onEvents, findCall } = deps
  const unread = await lockUnread(tx, (acted.subject satisfies CaseSubject).id)
  if (unread === undefined) return 'done'
  const { rail, eventId, body } = unread
  const callbacks = adapter(rail)?.callbacks
  if (callbacks === undefined) return { left: `There is no rail ${rail} that sends callbacks.` }
  const message = { header: () => undefined, body: Buffer.from(body) }
  const { entries } = await readMessage(callbacks, { rail, message }, findCall)
  const problem = entries.find(({ reading }) => reading.kind === 'problem')
  if (problem?.reading.kind === 'problem') return { left: `It still cannot be read: ${problem.reading.reason}.` }
  // Its place in the message had no id of its own.
  if (!entries.some((entry) => entry.eventId === eventId)) await deleteUnread(tx, { rail, eventId })
  await handOn(tx, onEvents, entries)
  return 'done'
}
