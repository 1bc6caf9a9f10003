import type { Uuid } from '#kernel'
import type { MachineContext } from '../../machine.ts'
import type { Attempt } from '../../payment.ts'

// What the program refunds has an id of the charge or capture that brought it, numbered. On another server, the same
// money may come in another order: it may be returned from suspense, or by those who got it. The rail gets one id.

export function reversalIdOf(
  { id, subject, operation, returns = 0 }: Attempt,
  context: Pick<MachineContext, 'renewableId'>,
): Uuid {
  return operation === 'capture' && returns === 0
    ? context.renewableId(subject.id, 'refund')
    : context.renewableId(id, `refund ${returns}`)
}

/** The next refund of its money has another id. */
export function withReversal(attempt: Attempt): Attempt {
  return { ...attempt, returns: (attempt.returns ?? 0) + 1 }
}
