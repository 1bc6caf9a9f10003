import { refused } from '#kernel'
import { type PaymentRefusalCode, paymentRefusals } from './refusals.ts'

export function refuse(code: PaymentRefusalCode, param?: string) {
  return refused(code, paymentRefusals[code], param)
}
