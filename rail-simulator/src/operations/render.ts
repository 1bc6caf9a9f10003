import { type CallbackEvent, eventBody } from '../callbacks.ts'
import type { StatementLine } from '../statements.ts'
import { formatTimestamp } from '../time.ts'
import type { World } from '../world.ts'
import { type Operation, renderOperation, type StagedDispute } from './operation.ts'
import { messageOf, successCode } from './response-codes.ts'

export function show(world: World, operation: Operation, asAccepted = false): object {
  const shown = renderOperation(operation, messageOf(operation.rail, operation.code), asAccepted)
  if (operation.kind !== 'dispute') return shown
  const disputed = operation.original === undefined ? undefined : world.log.get(operation.original)
  const about = { ...shown, original_idempotency_key: disputed?.key ?? null }
  return operation.dispute === undefined ? about : { ...about, ...showStage(operation.dispute) }
}

function showStage({ stage, stageAt, evidenceDueAt, fee, evidence }: StagedDispute): object {
  return {
    stage,
    stage_at: formatTimestamp(stageAt),
    evidence_due_at: evidenceDueAt === undefined ? null : formatTimestamp(evidenceDueAt),
    fee: fee ?? null,
    evidence,
  }
}

export function eventOf(world: World, operation: Operation, sequence: number, asAccepted = false): CallbackEvent {
  const { rail } = operation
  const id = `ev_${operation.id}_${sequence}`
  const status = asAccepted ? 'pending' : operation.status
  const stage = operation.dispute?.stage ?? 'opened'
  const type = operation.kind === 'dispute' ? `dispute.${stage}` : `operation.${status}`
  const at = (asAccepted ? operation.createdAt : operation.completedAt) ?? operation.createdAt
  const data = show(world, operation, asAccepted)
  return { id, rail, body: eventBody({ id, type, rail, sequence, at, data }) }
}

export function lineOf(operation: Operation): StatementLine {
  const hasSettled = operation.status === 'succeeded'
  return {
    eventId: `ev_${operation.id}_${operation.events}`,
    operation: operation.kind,
    reference: operation.id,
    key: operation.key ?? '',
    original: operation.original ?? '',
    amount: operation.amount,
    asset: operation.asset,
    outcome: hasSettled ? 'settled' : 'returned',
    reasonCode: operation.code === undefined || operation.code === successCode ? '' : operation.code,
  }
}
