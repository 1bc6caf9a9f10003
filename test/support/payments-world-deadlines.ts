import type { Payment, Payout } from '#payments'

type World = {
  readonly payments: ReadonlyMap<string, Payment>
  readonly payouts: ReadonlyMap<string, Payout>
  readonly now: number
}

type Submission = {
  readonly subject: { readonly kind: string; readonly id: string }
  readonly operation: string
  readonly originalReference?: string | undefined
}

/** Whether the submission is one that does not begin after its client's deadline, and that is over. */
export function isPastDeadline(world: World, { subject, operation, originalReference }: Submission): boolean {
  const { deadline } = world.payments.get(subject.id) ?? world.payouts.get(subject.id) ?? {}
  const isFirst = operation !== 'void' && originalReference === undefined
  return deadline !== undefined && isFirst && world.now >= deadline
}
