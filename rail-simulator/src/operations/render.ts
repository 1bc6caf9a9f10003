import { type CallbackEvent, eventBody } from '../callbacks.ts'
import { netbankEvent } from '../netbank/transaction.ts'
import type { StatementLine } from '../statements.ts'
import { formatTimestamp } from '../time.ts'
import type { World } from '../world.ts'
import { isReturn, type Operation, renderOperation, type StagedDispute } from './operation.ts'
import { messageOf, successCode } from './response-codes.ts'

export function show(world: World, operation: Operation, asAccepted = false): object {
  const shown = {
    ...renderOperation(operation, (code) => messageOf(operation.rail, code), asAccepted),
    ...actionOf(operation, asAccepted),
  }
  if (operation.kind !== 'dispute' && !isReturn(operation.kind)) return shown
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

const actionMicros = 300_000_000

/** A payer who is asked by a link or a QR code, instead of a request to an address: `intent@upi`, `qr@upi`. */
function actionOf({ id, rail, kind, instrument, status, requested, asset, createdAt }: Operation, asAccepted: boolean) {
  const [, form] = /^(intent|qr)(?:_|@)/.exec(instrument) ?? []
  if (rail !== 'upi' || kind !== 'charge' || form === undefined || !(asAccepted || status === 'pending')) return {}
  const amount = `${requested / 100n}.${String(requested % 100n).padStart(2, '0')}`
  const content = `upi://pay?pa=simulator@upi&pn=Simulator&tr=${id}&am=${amount}&cu=${asset}`
  const type = form === 'intent' ? 'deep_link' : 'qr'
  return { action: { type, content, expires_at: formatTimestamp(createdAt + actionMicros) } }
}

export function eventOf(world: World, operation: Operation, sequence: number, asAccepted = false): CallbackEvent {
  const { rail } = operation
  if (rail === 'netbank') return netbankEvent(world, operation, sequence)
  const id = `ev_${operation.id}_${sequence}`
  const status = asAccepted ? 'pending' : operation.status
  const type = typeOf(operation, status)
  const at = (asAccepted ? operation.createdAt : operation.completedAt) ?? operation.createdAt
  const data = show(world, operation, asAccepted)
  return { id, rail, body: eventBody({ id, type, rail, sequence, at, data }) }
}

function typeOf({ kind, dispute, isRetraction }: Operation, status: Operation['status']): string {
  if (kind === 'dispute') return `dispute.${dispute?.stage ?? 'opened'}`
  if (kind === 'credit') return 'credit.incoming'
  if (!isReturn(kind)) return `operation.${status}`
  return isRetraction === true ? 'operation.retracted' : 'operation.returned'
}

/** `settled`: the operation shows how. `notice`: what the event says besides. */
export function newsOf(
  world: World,
  operation: Operation,
  { type, notice }: { readonly type: string; readonly notice?: object },
): CallbackEvent {
  const { rail, events: sequence } = operation
  const id = `ev_${operation.id}_${sequence}`
  const data = { ...show(world, operation), ...(notice && { notice }) }
  return { id, rail, body: eventBody({ id, type, rail, sequence, at: world.clock.now(), data }) }
}

/** A return is shown as the operation that came back, under a reference of its own. */
export function lineOf(world: World, operation: Operation): StatementLine {
  const line = ownLine(operation)
  if (!isReturn(operation.kind)) return line
  const original = operation.original === undefined ? undefined : world.log.get(operation.original)
  return { ...line, operation: operation.kind.replace(/_return$/, ''), key: original?.key ?? '', outcome: 'returned' }
}

function ownLine(operation: Operation): StatementLine {
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
