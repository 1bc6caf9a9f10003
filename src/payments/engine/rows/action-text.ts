import type { RailAction } from '#rails'
import type { Payment } from '../../payment.ts'

/** As JSON, whose numbers hold no amount. */
export type ActionJson = Readonly<Record<string, unknown>>

export function actionJson(action: RailAction): ActionJson {
  return action.kind === 'pay_to' ? { ...action, amount: action.amount.toString() } : action
}

export function toAction(json: ActionJson): RailAction {
  const action = json.kind === 'pay_to' ? { ...json, amount: BigInt(String(json.amount)) } : json
  return action as unknown as RailAction
}

export function toNextAction(json: string | null | undefined): Pick<Payment, 'nextAction'> {
  return json == null ? {} : { nextAction: toAction(JSON.parse(json) as ActionJson) }
}

export function actionText(action: RailAction | undefined): string | undefined {
  return action && JSON.stringify(actionJson(action))
}
