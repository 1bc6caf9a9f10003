import type { LostRetry, MachineContext, Transition } from '../../machine.ts'
import type { Payment } from '../../payment.ts'
import { ignored } from '../attempts/follow-attempt.ts'
import { refusedNote, withAsked } from '../attempts/lost-attempts.ts'
import { retried } from './payment-rows.ts'
import { callsElsewhere, type RailSource } from './rail-payment.ts'

/** `rail` is asked first. */
export function retrySource(
  { otherRails }: RailSource,
  { rail, instrument }: Pick<LostRetry, 'rail' | 'instrument'>,
): RailSource {
  return { kind: 'rail', rail, instrument, otherRails: otherRails.filter((other) => other !== rail) }
}

/** The payment stays as it is. What its rails have of the retry comes too late. */
export function askingForRetry(payment: Payment, lost: LostRetry, context: MachineContext): Transition {
  const { source } = payment
  if (source.kind !== 'rail') return ignored('the payment does not use a rail')
  const again = retried(payment, retrySource(source, lost), lost.request)
  return { ...withAsked({}, callsElsewhere(again, context).calls), note: refusedNote(lost.reason) }
}
