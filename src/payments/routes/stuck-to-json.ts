import type { Static } from 'typebox'
import { encodeId, formatTimestamp, idPrefix } from '#kernel'
import type { Stuck, StuckSubject } from '../stuck/stuck.ts'
import type { StuckActRecord } from '../stuck/stuck-read-model.ts'
import { allowedActions, isOverdue, outcomesOf } from '../stuck/stuck-rules.ts'
import type { stuckAct, stuck as stuckSchema } from './stuck-schemas.ts'

function subjectId({ kind, id }: StuckSubject): string {
  return kind === 'event' ? id : encodeId(idPrefix[kind], id)
}

export function stuckToJson(stuck: Stuck): Static<typeof stuckSchema> {
  return {
    id: encodeId(idPrefix.stuck, stuck.id),
    state: stuck.resolvedAt === undefined ? 'open' : 'resolved',
    subject: { type: stuck.subject.kind, id: subjectId(stuck.subject) },
    reason: stuck.reason,
    detail: stuck.detail,
    revision: stuck.revision,
    since: formatTimestamp(stuck.since),
    age_seconds: stuck.ageSeconds,
    overdue: isOverdue(stuck),
    owner: stuck.owner ?? null,
    actions: [...allowedActions(stuck)],
    outcomes: allowedActions(stuck).includes('force') ? [...outcomesOf(stuck)] : [],
    deciding: stuck.isDeciding,
    decision: stuck.decision ?? null,
    evidence: stuck.evidence ?? null,
    resolved_at: stuck.resolvedAt === undefined ? null : formatTimestamp(stuck.resolvedAt),
    resolution: stuck.resolution ?? null,
  }
}

export function stuckActToJson(act: StuckActRecord): Static<typeof stuckAct> {
  return {
    at: formatTimestamp(act.at),
    by: encodeId(idPrefix.apiKey, act.actor),
    action: act.action,
    text: act.text ?? null,
  }
}
