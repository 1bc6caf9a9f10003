import { accepted, createQuotas, type Quotas } from '#kernel'
import { withinMs } from '#platform/time'
import type { Rails, VerificationOutcome } from '#rails'
import type { PaymentResult, VerifyInstrument } from '../../payments.ts'
import { refuse } from '../../refusals.ts'

/** A client waits for it, and a rail's own deadline may be longer. */
const deadlineMs = 10_000
/** Under way at once on a rail, shared by books and keys, so that they leave its connections to the payments. */
const placesMax = 64

const tooLate: VerificationOutcome = { kind: 'unknown', why: 'The rail did not answer in time' }
const tooMany: VerificationOutcome = {
  kind: 'unavailable',
  why: 'Too many instruments are being asked about. Ask again in a moment',
}

/** Nothing of it is stored, so it may be asked at any time and again. */
export function createVerifyInstrument(
  rails: Pick<Rails, 'rail'>,
): (request: VerifyInstrument) => Promise<PaymentResult<VerificationOutcome>> {
  const places = new Map<string, Quotas>()
  return async ({ rail: name, by, ...asked }) => {
    const rail = rails.rail(name)
    if (rail === undefined) return refuse('rail_not_found', 'rail')
    if (rail.verify === undefined) return refuse('operation_not_supported_by_rail', 'rail')
    const quotas = places.get(name) ?? createQuotas(placesMax)
    places.set(name, quotas)
    if (!quotas.take(by, 1)) return accepted(tooMany)
    // The place is kept until the rail has answered, even when nobody waits any longer.
    const answered = rail.verify(asked).finally(() => quotas.release(by, 1))
    return accepted(await withinMs(answered, deadlineMs, tooLate))
  }
}
