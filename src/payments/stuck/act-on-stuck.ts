import { assert, encodeId, idPrefix, type Result, refused, type Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import type { StuckDecision } from '../machine.ts'
import type { SubjectKind } from '../payment.ts'
import type { Stuck } from './stuck.ts'
import { insertAct, lockStuck, resolveStuck, storeDecision, storeOwner } from './stuck-act-store.ts'
import { type StuckRefusalCode, stuckRefusals } from './stuck-refusals.ts'
import { decisionsOn } from './stuck-rules.ts'

/** What a person does about an entry. */
export type StuckAct = StuckDecision | { readonly action: 'reassign'; readonly owner: string } | Note
type Note = { readonly action: 'note'; readonly text: string }

/** A line for the log of administrative acts. */
export type AuditedStuckAct = {
  readonly actor: Uuid
  /** `stuck.force` and the like. */
  readonly action: string
  /** The public id of the entry. */
  readonly subject: string
  readonly details: Readonly<Record<string, string | null>>
}

export type ActOnStuckDependencies = {
  /** Hands a decision to the engine, which carries it out after the commit. */
  readonly decide: (
    tx: Transaction,
    order: {
      readonly book: number
      readonly subject: { readonly kind: SubjectKind; readonly id: Uuid }
      readonly decision: StuckDecision
    },
  ) => Promise<void>
  readonly audit: (tx: Transaction, act: AuditedStuckAct) => Promise<void>
}

export type StuckCommand = {
  readonly book: number
  readonly id: Uuid
  /** The id of the API key. */
  readonly actor: Uuid
  readonly act: StuckAct
}

/**
 * Does what a person asks for, and writes down who did it. Refuses `stuck_not_found`,
 * `stuck_already_resolved` (but for notes), `stuck_being_decided` and `stuck_action_not_allowed` (for
 * decisions), in this order. The entry's row is locked, so of two people who decide at one moment the
 * second is told.
 */
export async function actOnStuck(
  { decide, audit }: ActOnStuckDependencies,
  tx: Transaction,
  { book, id, actor, act }: StuckCommand,
): Promise<Result<Uuid, StuckRefusalCode>> {
  const stuck = await lockStuck(tx, book, id)
  if (stuck === undefined) return no('stuck_not_found')
  if (stuck.resolvedAt !== undefined && act.action !== 'note') return no('stuck_already_resolved')
  if (act.action === 'note' || act.action === 'reassign') {
    if (act.action === 'reassign') await storeOwner(tx, id, act.owner)
  } else {
    if (stuck.isDeciding) return no('stuck_being_decided')
    if (!decisionsOn(stuck).includes(act.action)) return no('stuck_action_not_allowed')
    await take(tx, decide, stuck, act)
  }
  await insertAct(tx, { stuck: id, actor, action: act.action, text: textOf(act) })
  await audit(tx, {
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
  tx: Transaction,
  decide: ActOnStuckDependencies['decide'],
  stuck: LockedStuck,
  decision: StuckDecision,
): Promise<void> {
  const evidence = decision.action === 'force' ? decision.evidence : undefined
  const { kind, id } = stuck.subject
  if (kind === 'event') {
    // It belongs to no payment, so there is nothing that the engine could carry out.
    assert(decision.action === 'force', 'an event that belongs to nothing can only be put aside')
    await resolveStuck(tx, stuck.id, { decision: decision.action, evidence })
    return
  }
  await storeDecision(tx, stuck.id, { decision: decision.action, evidence })
  await decide(tx, { book: stuck.book, subject: { kind, id }, decision })
}

type LockedStuck = Pick<Stuck, 'id' | 'book' | 'subject' | 'reason' | 'isDeciding' | 'resolvedAt'>

function textOf(act: StuckAct): string | undefined {
  if (act.action === 'force') return act.evidence
  if (act.action === 'reassign') return act.owner
  return act.action === 'note' ? act.text : undefined
}

const no = (code: StuckRefusalCode) => refused(code, stuckRefusals[code])
