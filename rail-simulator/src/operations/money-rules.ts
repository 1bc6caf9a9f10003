import type { Timestamp } from '../time.ts'
import { type BehaviorName, type Operation, type OperationRequest, refundableOf } from './operation.ts'
import { beyondRestCode } from './response-codes.ts'

/** `authorization` is that of a capture. */
export type Original = { readonly operation: Operation; readonly authorization: Operation | undefined }

const nothingLeftCode = '12'
const voidedCode = '79'
const lapsedCode = '7A'

/** Undefined when the rail's own books do not decline the request. */
export function refusalOf(request: OperationRequest, original: Original, now: Timestamp): string | undefined {
  if (request.kind === 'refund') {
    return (request.amount ?? 0n) > refundable(original) ? beyondRestCode[request.rail] : undefined
  }
  const { operation } = original
  if (operation.isVoided) return voidedCode
  if (operation.expiresAt !== undefined && operation.expiresAt <= now) return lapsedCode
  if (request.kind === 'increment') return operation.status === 'succeeded' ? undefined : nothingLeftCode
  if (operation.capturable === 0n) return nothingLeftCode
  return (request.amount ?? 0n) > operation.capturable ? beyondRestCode[request.rail] : undefined
}

/** A capture has no more left than its authorization, which may have been refunded itself. */
export function refundable({ operation, authorization }: Original): bigint {
  const own = refundableOf(operation)
  if (authorization === undefined) return own
  const whole = refundableOf(authorization)
  return whole < own ? whole : own
}

export function amountDone(
  name: BehaviorName,
  { requested, most }: { readonly requested: bigint; readonly most: bigint | undefined },
): bigint {
  const tenth = requested / 10n > 0n ? requested / 10n : 1n
  const bounded = (amount: bigint) => (most !== undefined && amount > most ? most : amount)
  if (name === 'partial') return requested > 1n ? requested / 2n : requested
  if (name === 'wrong_amount') return requested > 1n ? requested - tenth : bounded(2n)
  return name === 'over_amount' ? bounded(requested + tenth) : requested
}
