import { assert, encodeId, idPrefix, type Result, refused, type Uuid } from '#kernel'
import type { Change, Principal } from '#platform/http'
import type { Transaction } from '#platform/postgres'
import { type Case, noBook, type SubjectAction } from './case.ts'
import { getCase } from './case-read-model.ts'
import { insertAct, leaveOpen, lockCase, resolveCase, storeAction, storeOwner, storeProposal } from './case-store.ts'
import { allowedOutcomes, type CaseHandler, type CaseQueue, subjectActions } from './queue.ts'
import { type CaseRefusalCode, refuse } from './refusals.ts'

export type CaseCommand =
  | SubjectAction
  | { readonly action: 'reassign'; readonly owner: string }
  | { readonly action: 'note'; readonly text: string }

export type ActOnCaseDependencies = {
  readonly find: (queue: string) => { readonly queue: CaseQueue; readonly handler: CaseHandler }
}

export type CaseRequest = {
  readonly books: readonly number[]
  readonly id: Uuid
  readonly actor: Principal
  readonly command: CaseCommand
  /** Records the act in the log of acts. */
  readonly record: (tx: Transaction, change: Change) => Promise<void>
  /** The revision that the actor has read. An action on the subject at another revision is refused. */
  readonly revision?: number | undefined
}

/**
 * Refuses in this order: `case_not_found`, `case_already_resolved` (except for notes), and for actions on the subject
 * `case_being_acted_on`, `case_waits`, `case_changed`, `case_action_not_allowed`, `case_outcome_not_allowed`,
 * `case_attempt_unclear`, `case_needs_another_person`. The subject and its open cases are locked, so the second of two concurrent operators is refused.
 */
export async function actOnCase(
  { find }: ActOnCaseDependencies,
  tx: Transaction,
  request: CaseRequest,
): Promise<Result<Uuid, CaseRefusalCode>> {
  const { books, id, actor, command, revision } = request
  const found = await getCase(tx, books, id)
  if (found === undefined) return refuse('case_not_found')
  const { queue, handler } = find(found.queue)
  if (isOnSubject(command)) await handler.lockSubject?.(tx, { ...found.subject, book: found.book })
  const locked = await lockCase(tx, { id, withOthers: isOnSubject(command) })
  if (locked === undefined) return refuse('case_not_found')
  if (locked.resolvedAt !== undefined && command.action !== 'note') return refuse('case_already_resolved')
  if (isOnSubject(command)) {
    const refusal = await refuseActing(tx, { queue, handler, locked }, { command, revision })
    if (refusal !== undefined) return refusal
    const proposal = proposalOf(handler, locked, command)
    if (proposal === 'needed') {
      await storeProposal(tx, id, { by: actor.id, action: command.action })
      await note(tx, request, { locked, ending: '_proposed' })
      return { ok: true, value: id }
    }
    if (proposal?.by.id === actor.id) return refuse('case_needs_another_person')
    const acted = { action: command.action, evidence: command.action === 'force' ? command.evidence : undefined }
    // Before `carryOut`, which must read the case as one that is acted on.
    await storeAction(tx, id, acted)
    const carried = await handler.carryOut(tx, locked, command, actor.id)
    if (carried === 'done') await resolveCase(tx, id, acted)
    else if (carried !== 'started') await leaveOpen(tx, id, carried.left)
  }
  if (command.action === 'reassign') await storeOwner(tx, id, command.owner)
  await note(tx, request, { locked, ending: '' })
  return { ok: true, value: id }
}

async function note(
  tx: Transaction,
  { actor, command, record }: CaseRequest,
  { locked, ending }: { readonly locked: Case; readonly ending: string },
): Promise<void> {
  await insertAct(tx, { case: locked.id, actor, action: command.action, text: textOf(command) })
  const after = await getCase(tx, [locked.book], locked.id)
  assert(after, 'cases are never deleted')
  await record(tx, {
    action: `case.${command.action}${ending}`,
    subject: encodeId(idPrefix.case, locked.id),
    book: locked.book === noBook ? 'shared' : locked.book,
    // A note changes nothing.
    ...(command.action !== 'note' && { before: auditedCase(locked), after: auditedCase(after) }),
    details: {
      ...{ queue: locked.queue, reason: locked.reason, text: textOf(command) ?? null },
      ...(command.action === 'force' && { outcome: command.outcome, ...referenceIn(command) }),
    },
  })
}

function auditedCase({ owner, revision, isActing, lastAction, proposed, resolution }: Case) {
  return {
    ...{ owner: owner ?? null, revision, acting: isActing, last_action: lastAction ?? null },
    ...{ proposed_act: proposed?.action ?? null, resolution: resolution ?? null },
  }
}

function referenceIn({ railReference, attempt }: Extract<SubjectAction, { readonly action: 'force' }>) {
  return {
    ...(railReference !== undefined && { rail_reference: railReference }),
    ...(attempt !== undefined && { attempt: encodeId(idPrefix.attempt, attempt) }),
  }
}

/** Undefined: one person is enough. */
function proposalOf(
  { needsTwo }: CaseHandler,
  locked: Case,
  command: SubjectAction,
): NonNullable<Case['proposed']> | 'needed' | undefined {
  if (needsTwo?.(locked, command) !== true) return undefined
  return locked.proposed?.action === command.action ? locked.proposed : 'needed'
}

type Found = { readonly queue: CaseQueue; readonly handler: CaseHandler; readonly locked: Case }
type Acting = { readonly command: SubjectAction; readonly revision: number | undefined }

async function refuseActing(tx: Transaction, { queue, handler, locked }: Found, acting: Acting) {
  const code = refusalOf(queue, locked, acting)
  if (code !== undefined) return refuse(code)
  const unclear = await handler.refuse?.(tx, locked, acting.command)
  return unclear === undefined
    ? undefined
    : refused<CaseRefusalCode>({ code: 'case_attempt_unclear', message: unclear })
}

function refusalOf(queue: CaseQueue, locked: Case, { command, revision }: Acting): CaseRefusalCode | undefined {
  if (locked.isActing) return 'case_being_acted_on'
  if (locked.isWaiting) return 'case_waits'
  if (revision !== undefined && revision !== locked.revision) return 'case_changed'
  if (!subjectActions(queue, locked).includes(command.action)) return 'case_action_not_allowed'
  if (command.action !== 'force' || allowedOutcomes(queue, locked).includes(command.outcome)) return undefined
  return 'case_outcome_not_allowed'
}

function isOnSubject(command: CaseCommand): command is SubjectAction {
  return command.action !== 'reassign' && command.action !== 'note'
}

function textOf(command: CaseCommand): string | undefined {
  if (command.action === 'force') return command.evidence
  if (command.action === 'reassign') return command.owner
  return command.action === 'note' || command.action === 'write_off' ? command.text : undefined
}
