import { refused } from '#kernel'
import { type PaymentRefusalCode, paymentRefusals } from './refusals.ts'

/** Refuses with the catalogue's text. */
export function refuse(code: PaymentRefusalCode, param?: string) {
  return refused(code, paymentRefusals[code], param)
}
