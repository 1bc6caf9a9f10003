import { assert, encodeId, idPrefix, type Result, refused, type Uuid } from '#kernel'
import type { Lanes } from '#lanes'
import type { Transaction } from '#platform/postgres'
import type { Sagas } from '#sagas'
import type { StuckDecision } from '../machine.ts'
import type { Payments } from '../payments.ts'
import { insertAct, type LockedStuck, lockStuck, resolveStuck, storeDecision, storeOwner } from './stuck-act-store.ts'
import { type StuckRefusalCode, stuckRefusals } from './stuck-refusals.ts'
import { decisionsOn, outcomesOf } from './stuck-rules.ts'

/** The most dead letters of one subject that are replayed at once. */
const replayMax = 1_000

export type StuckAct = StuckDecision | { readonly action: 'reassign'; readonly owner: string } | Note
type Note = { readonly action: 'note'; readonly text: string }

/** An entry of the log of administrative acts. */
export type AuditedStuckAct = {
  readonly actor: Uuid
  /** Such as `stuck.force`. */
  readonly action: string
  /** The public id of the entry. */
  readonly subject: string
  readonly details: Readonly<Record<string, string | null>>
}

export type ActOnStuckDependencies = {
  readonly payments: Pick<Payments, 'input' | 'bookAgain'>
  readonly sagas: Pick<Sagas, 'decide' | 'resume'>
  readonly lanes: Pick<Lanes, 'replay'>
  readonly audit: (tx: Transaction, act: AuditedStuckAct) => Promise<void>
}

export type StuckCommand = {
  /** The books whose entries the actor may act on. */
  readonly books: readonly number[]
  readonly id: Uuid
  /** The id of the API key. */
  readonly actor: Uuid
  readonly act: StuckAct
  /** The revision of the entry that the actor has read. A decision on another one is refused. */
  readonly revision?: number | undefined
}

/**
 * Does what an operator asks for, and records who did it. Refuses in this order: `stuck_not_found`,
 * `stuck_already_resolved` (except for notes), and for decisions `stuck_being_decided`, `stuck_entry_changed`,
 * `stuck_action_not_allowed` and `stuck_outcome_not_allowed`. The entry's row is locked, so of two operators who decide
 * at the same moment the second is refused.
 */
export async function actOnStuck(
  deps: ActOnStuckDependencies,
  tx: Transaction,
  { books, id, actor, act, revision }: StuckCommand,
): Promise<Result<Uuid, StuckRefusalCode>> {
  const stuck = await lockStuck(tx, { books, id, withRoot: isDecision(act) })
  if (stuck === undefined) return no('stuck_not_found')
  if (stuck.resolvedAt !== undefined && act.action !== 'note') return no('stuck_already_resolved')
  if (isDecision(act)) {
    if (stuck.isDeciding) return no('stuck_being_decided')
    if (revision !== undefined && revision !== stuck.revision) return no('stuck_entry_changed')
    if (!decisionsOn(stuck).includes(act.action)) return no('stuck_action_not_allowed')
    if (act.action === 'force' && !outcomesOf(stuck).includes(act.outcome)) return no('stuck_outcome_not_allowed')
    await take(deps, tx, stuck, act, actor)
  }
  if (act.action === 'reassign') await storeOwner(tx, id, act.owner)
  await insertAct(tx, { stuck: id, actor, action: act.action, text: textOf(act) })
  await deps.audit(tx, {
    actor,
    action: `stuck.${act.action}`,
    subject: encodeId(idPrefix.stuck, id),
    details: {
      reason: stuck.reason,
      text: textOf(act) ?? null,
      ...(act.action === 'force' && { outcome: act.outcome }),
    },
  })
  return { ok: true, value: id }
}

async function take(
  { payments, sagas, lanes }: ActOnStuckDependencies,
  tx: Transaction,
  stuck: LockedStuck,
  decision: StuckDecision,
  by: Uuid,
): Promise<void> {
  const evidence = decision.action === 'force' ? decision.evidence : undefined
  const { kind, id } = stuck.subject
  if (stuck.reason === 'dead_letter') {
    await resolveStuck(tx, stuck.id, { decision: decision.action, evidence })
    if (decision.action === 'retry') await lanes.replay(tx, { book: stuck.book, subject: id }, { by, max: replayMax })
    else if (kind === 'saga') await sagas.resume(tx, id)
    // Without the dead letters, the subject continues from its current state.
    else if (kind !== 'event')
      await payments.input(tx, { kind, id, book: stuck.book }, { kind: 'decision', decision, about: stuck.reason })
    return
  }
  if (kind === 'event') {
    // It belongs to no payment, so the engine has nothing to carry out.
    assert(decision.action === 'force', 'an event that belongs to nothing can only be put aside')
    await resolveStuck(tx, stuck.id, { decision: decision.action, evidence })
    return
  }
  await storeDecision(tx, stuck.id, { decision: decision.action, evidence })
  if (kind === 'saga') {
    assert(
      decision.action === 'retry' || decision.action === 'force',
      'a saga is tried again, or was taken back by hand',
    )
    const isStuck = await sagas.decide(tx, id, decision.action)
    assert(isStuck, 'a saga stays stuck until somebody decides')
    return
  }
  // An operation that waits for more than the books, because its rail has reported otherwise since, is decided as
  // usual.
  if (stuck.reason === 'unbooked' && (await payments.bookAgain(tx, { kind, id, book: stuck.book }))) return
  const isThere = await payments.input(
    tx,
    { kind, id, book: stuck.book },
    { kind: 'decision', decision, about: stuck.reason },
  )
  assert(isThere, 'what is stuck is never deleted')
}

function isDecision(act: StuckAct): act is StuckDecision {
  return act.action !== 'reassign' && act.action !== 'note'
}

function textOf(act: StuckAct): string | undefined {
  if (act.action === 'force') return act.evidence
  if (act.action === 'reassign') return act.owner
  return act.action === 'note' ? act.text : undefined
}

const no = (code: StuckRefusalCode) => refused(code, stuckRefusals[code])
