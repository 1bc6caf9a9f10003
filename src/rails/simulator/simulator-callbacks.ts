import { systemClock } from '#platform/time'
import { verifyWebhook } from '#platform/webhooks'
import type { RailEvent } from '../rail.ts'
import type { RailAdapter, Reading } from '../rail-adapter.ts'
import { readStagedReport } from './simulator-disputes.ts'
import { readMandateCallback } from './simulator-mandates.ts'
import { noticeOf } from './simulator-notices.ts'
import {
  type DeclineTable,
  eventOutcomeOf,
  isRecord,
  parseJson,
  readMoment,
  readOperation,
  type SimulatorOperation,
} from './simulator-operation.ts'

const eventPattern = /^[A-Za-z0-9_-]{1,100}$/

/** Signed by Standard Webhooks. */
export function createSimulatorCallbacks(options: {
  readonly name: string
  readonly callbackSecrets: () => readonly Buffer[]
  readonly declines: DeclineTable
}): NonNullable<RailAdapter['callbacks']> {
  const { name, callbackSecrets, declines } = options
  return {
    isGenuine: ({ header, body }) =>
      verifyWebhook(
        callbackSecrets(),
        {
          id: header('webhook-id'),
          timestamp: header('webhook-timestamp'),
          signature: header('webhook-signature'),
          body,
        },
        systemClock,
      ),
    read: ({ body }) => ({ readings: [readCallback(name, parseJson(body.toString('utf8')), declines)] }),
  }
}

function readCallback(rail: string, body: unknown, declines: DeclineTable): Reading {
  if (!isRecord(body)) return { kind: 'problem', reason: 'the body is not an object' }
  const { id: eventId, type } = body
  if (typeof eventId !== 'string' || !eventPattern.test(eventId)) return { kind: 'problem', reason: 'it has no id' }
  if (type === 'operation.pending') return { kind: 'nothing', eventId }
  const ofMandate = readMandateCallback(rail, body, eventId)
  if (ofMandate !== undefined) return ofMandate
  const operation = readOperation(body.data)
  if (operation === undefined) return { kind: 'problem', eventId, reason: 'its operation is not understood' }
  const occurredAt = readMoment(body.occurred_at)
  if (occurredAt === undefined) return { kind: 'problem', eventId, reason: 'it does not say when it happened' }
  const staged = operation.operation === 'dispute' ? readStagedReport(body.data) : 'none'
  if (staged === undefined) return { kind: 'problem', eventId, reason: 'the stage of the dispute is not understood' }
  const notice = noticeOf(type, operation, body.data)
  if (notice === undefined) return { kind: 'problem', eventId, reason: 'its news are not understood' }
  const ended = staged === 'none' ? eventOutcomeOf(operation, declines) : takenBack(operation)
  const outcome = notice === 'none' ? ended : notice
  if (outcome === undefined) {
    return { kind: 'problem', eventId, reason: `an event of type ${String(type).slice(0, 40)} that ends nothing` }
  }
  const event: RailEvent = {
    rail,
    eventId,
    ...(operation.call !== undefined && { call: operation.call }),
    // A return names the operation that came back, and is named by its outcome.
    railReference: operation.isReturn ? (operation.originalReference ?? '') : operation.id,
    ...(operation.originalReference !== undefined && { originalReference: operation.originalReference }),
    operation: operation.operation,
    outcome,
    ...(staged !== 'none' && { dispute: staged.report }),
    asset: operation.asset,
    occurredAt: staged === 'none' ? occurredAt : staged.at,
  }
  return { kind: 'event', event }
}

/** The stage says what became of it. */
function takenBack({ id: railReference, amount }: SimulatorOperation): RailEvent['outcome'] {
  return { kind: 'succeeded', railReference, amount }
}
