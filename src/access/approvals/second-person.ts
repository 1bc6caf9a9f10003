import { decodeId, encodeId, idPrefix, type Refusal } from '#kernel'
import {
  approvalHeader,
  type Caller,
  type Held,
  httpProblems,
  InvalidRequest,
  type MarkedCall,
  permissionNames,
  type SecondPerson,
} from '#platform/http'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import { recordAct } from '../record-act.ts'
import { refuse } from '../refusals.ts'
import { endApproval, findRules, findWaiting, insertApproval, lockApproval } from './approval-store.ts'
import { isStillApprover } from './approver-store.ts'

const waitingMax = 100
/** A page of a list has a hundred of them. */
const bodyBytesMax = 16 * 1024
const free: Held = { kind: 'free' }

/**
 * Lets calls wait for a second person where the rules of a book say so. A caller that may act in any book is held by the
 * rules of all: in another book it could make what acts in this one. An operator key is held by none: whoever has it can
 * change the database.
 */
export const secondPerson: SecondPerson = {
  hold: async (tx, call) => {
    const rules = isOperatorKey(call.request.caller) ? undefined : await findRules(tx, reachOf(call))
    if (rules === undefined) return free
    const named = call.request.header(approvalHeader)
    return named === undefined ? ask(tx, call, rules.lapseHours) : claim(tx, call, named)
  },
  isMarked: async (on, call) =>
    !isOperatorKey(call.request.caller) && (await findRules(on, reachOf(call))) !== undefined,
}

function reachOf({ request, needs }: Pick<MarkedCall, 'request' | 'needs'>) {
  const { book, permissions } = request.caller
  return { book: book.number, ofAny: permissions.has('books:any'), needs }
}

function isOperatorKey({ principal, permissions }: Caller): boolean {
  return principal.kind === 'key' && permissionNames.every((name) => permissions.has(name))
}

/** A call that waits already is not asked for again. */
async function ask(tx: Transaction, call: MarkedCall, lapseHours: number): Promise<Held> {
  const { request, route } = call
  const { caller } = request
  const asked = contentOf(call)
  const waiting = await findWaiting(tx, asked)
  if (waiting.same !== undefined) return heldBy(waiting.same)
  if (waiting.count >= waitingMax) return held(refuse('too_many_approvals').refusal)
  const id = newUuid()
  const ofAnyBook = caller.permissions.has('books:any')
  const { operation } = route
  await insertApproval(tx, { ...asked, id, operation, askerName: caller.name, ofAnyBook, lapseHours })
  const { method, path, body } = asked
  await recordAct(tx, {
    ...{ action: 'approval.asked', subject: encodeId(idPrefix.approval, id), actor: caller.principal },
    ...{ before: null, after: { operation, method, path, body }, book: caller.book.number, call: call.call() },
  })
  return heldBy(id)
}

function contentOf({ request, route: { method } }: MarkedCall) {
  const { caller, url: path, bytes } = request
  if ((bytes?.length ?? 0) > bodyBytesMax) {
    throw new InvalidRequest('The body of a call that waits for a second person has at most 16 KiB.', { param: '' })
  }
  return { asker: caller.principal, book: caller.book.number, method, path, body: bytes?.toString('utf8') ?? '' }
}

function heldBy(id: string): Held {
  const approval = encodeId(idPrefix.approval, id)
  const message = `This needs a second person. Nothing was done. Once somebody has approved ${approval}, run "munim approvals carry-out ${approval}".`
  return { ...held({ code: 'second_person_needed', message }), approval }
}

function held(refusal: Refusal) {
  return { kind: 'held', refusal } as const
}

/** The same call again, which somebody has approved. */
async function claim(tx: Transaction, call: MarkedCall, named: string): Promise<Held> {
  const asked = contentOf(call)
  const id = decodeId(idPrefix.approval, named)
  const found = id === undefined ? undefined : await lockApproval(tx, id)
  const isSame =
    found?.asker.id === asked.asker.id &&
    found.book === asked.book &&
    found.method === asked.method &&
    found.path === asked.path &&
    found.body === asked.body
  if (!isSame || found.state !== 'approved' || !(await isStillApprover(tx, found))) {
    return held({ code: 'approval_not_usable', message: httpProblems.approval_not_usable.explanation })
  }
  const by = `${found.decidedName} (${encodeId(idPrefix.person, found.decidedBy ?? '')}) in ${named}`
  return { kind: 'approved', by, end: () => endApproval(tx, found.id) }
}
