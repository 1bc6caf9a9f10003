import type { DeclineTable } from './simulator-operation.ts'

/** Reason codes from ISO 20022. */
export const bankDeclines: DeclineTable = {
  AC01: { code: 'instrument_invalid', remedy: 'instrument', message: 'There is no such account.' },
  AC04: { code: 'instrument_invalid', remedy: 'instrument', message: 'The account is closed.' },
  AC06: { code: 'instrument_invalid', remedy: 'instrument', message: 'The account is blocked.' },
  AG01: { code: 'operation_not_supported', remedy: 'rail', message: 'The account does not allow this.' },
  AM02: { code: 'limit_exceeded', remedy: 'rail', message: 'The amount is above what is allowed.' },
  AM04: { code: 'insufficient_funds', remedy: 'instrument', message: 'There is too little on the account.' },
  AM09: { code: 'already_refunded', remedy: 'never', message: 'The reversal is beyond what is left.' },
  FRAD: { code: 'fraud_suspected', remedy: 'never', message: 'The bank suspects fraud.' },
  MD01: { code: 'authentication_required', remedy: 'instrument', message: 'The payer has given no mandate.' },
  MS03: { code: 'do_not_honor', remedy: 'instrument', message: 'The bank declines without a reason.' },
}
