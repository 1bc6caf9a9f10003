import { refused } from '#kernel'
import { type PaymentRefusalCode, paymentRefusals } from './refusals.ts'

/** Refuses with the catalog's text. */
export function refuse(code: PaymentRefusalCode, param?: string) {
  return refused(code, paymentRefusals[code], param)
}
