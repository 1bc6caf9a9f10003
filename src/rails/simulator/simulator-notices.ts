import type { RailEvent } from '../rail.ts'
import type { CallNotice } from '../rail-reports.ts'
import { isRecord, type SimulatorOperation } from './simulator-operation.ts'

const instrumentPattern = /^[\x21-\x7e]{1,100}$/

/** Undefined when it is not understood; `none` when the event is none of these. */
export function noticeOf(
  type: unknown,
  operation: SimulatorOperation,
  data: unknown,
): RailEvent['outcome'] | 'none' | undefined {
  const notice = isRecord(data) && isRecord(data.notice) ? data.notice : {}
  if (type === 'operation.progress') return readProgress(notice)
  if (type === 'operation.notice_of_change') return readCorrection(notice)
  if (type !== 'operation.retracted') return 'none'
  const { id: railReference, responseCode: code, message, isReturn } = operation
  return isReturn ? { kind: 'retracted', railReference, reason: { code, message } } : undefined
}

function readProgress({ confirmations, required }: Readonly<Record<string, unknown>>): CallNotice | undefined {
  if (!isCount(confirmations) || !(required === null || isCount(required))) return undefined
  return { kind: 'progress', confirmations, ...(required !== null && { required }) }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function readCorrection({
  instrument,
  response_code: code,
}: Readonly<Record<string, unknown>>): CallNotice | undefined {
  if (typeof instrument !== 'string' || !instrumentPattern.test(instrument)) return undefined
  return typeof code === 'string'
    ? { kind: 'notice_of_change', instrument, code: code.slice(0, 20), message: '' }
    : undefined
}
