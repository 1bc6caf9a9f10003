import { accepted } from '#kernel'
import { withinMs } from '#platform/time'
import type { Rails, VerificationOutcome } from '#rails'
import type { PaymentResult, VerifyInstrument } from '../../payments.ts'
import { refuse } from '../../refuse.ts'

/** A client waits for it, and a rail's own deadline may be longer. */
const deadlineMs = 10_000

const tooLate: VerificationOutcome = { kind: 'unknown', why: 'The rail did not answer in time' }

/** Nothing of it is stored, so it may be asked at any time and again. */
export async function verifyInstrument(
  rails: Pick<Rails, 'rail'>,
  { rail: name, ...asked }: VerifyInstrument,
): Promise<PaymentResult<VerificationOutcome>> {
  const rail = rails.rail(name)
  if (rail === undefined) return refuse('rail_not_found', 'rail')
  if (rail.verify === undefined) return refuse('operation_not_supported_by_rail', 'rail')
  return accepted(await withinMs(rail.verify(asked), deadlineMs, tooLate))
}
