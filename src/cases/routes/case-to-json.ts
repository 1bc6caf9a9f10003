import type { Static } from 'typebox'
import { encodeId, formatTimestamp, idPrefix } from '#kernel'
import { encodePrincipal } from '#platform/http'
import type { Case } from '../case.ts'
import type { CaseAct } from '../case-read-model.ts'
import { allowedActions, allowedOutcomes, type CaseQueue, subjectId } from '../queue.ts'
import type { CaseJson, caseAct } from './case-schemas.ts'

export function caseToJson(queue: CaseQueue, found: Case): CaseJson {
  const actions = allowedActions(queue, found)
  return {
    id: encodeId(idPrefix.case, found.id),
    queue: found.queue,
    state: found.resolvedAt === undefined ? 'open' : 'resolved',
    subject: { type: found.subject.kind, id: subjectId(queue, found.subject) },
    reason: found.reason,
    detail: found.detail,
    attempt: found.about.attempt === undefined ? null : encodeId(idPrefix.attempt, found.about.attempt),
    amount: found.about.amount?.toString() ?? null,
    asset: found.about.asset ?? null,
    closes_when: queue.reasons[found.reason]?.closesWhen ?? '',
    revision: found.revision,
    priority: found.priority,
    since: formatTimestamp(found.since),
    age_seconds: found.ageSeconds,
    due_at: formatTimestamp(found.dueAt),
    overdue: found.isOverdue,
    owner: found.owner ?? null,
    waiting: found.isWaiting,
    actions: [...actions],
    outcomes: actions.includes('force') ? [...allowedOutcomes(queue, found)] : [],
    acting: found.isActing,
    last_action: found.lastAction ?? null,
    evidence: found.evidence ?? null,
    proposed_by: found.proposed === undefined ? null : encodePrincipal(found.proposed.by),
    proposed_act: found.proposed?.action ?? null,
    resolved_at: found.resolvedAt === undefined ? null : formatTimestamp(found.resolvedAt),
    resolution: found.resolution ?? null,
  }
}

export function caseActToJson(act: CaseAct): Static<typeof caseAct> {
  return {
    at: formatTimestamp(act.at),
    by: encodePrincipal(act.actor),
    action: act.action,
    text: act.text ?? null,
  }
}
