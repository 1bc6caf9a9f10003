import { formatTimestamp } from '#kernel'
import type { RailAction } from '#rails'
import type { Payment } from '../payment.ts'

/** While the rail waits for the payer. Afterwards the action is over, whatever became of it. */
export function actionOf({ nextAction, state, phase }: Payment): RailAction | undefined {
  return state === 'processing' && (phase === 'awaiting' || phase === 'inquiring') ? nextAction : undefined
}

export function renderAction(payment: Payment): string {
  const action = actionOf(payment)
  if (action === undefined) return 'null'
  const { kind: type, expiresAt, ...content } = action
  const json = { type, ...content, ...('amount' in content && { amount: content.amount.toString() }) }
  return JSON.stringify({ ...json, expires_at: formatTimestamp(expiresAt) })
}
