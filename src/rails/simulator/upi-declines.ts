import type { DeclineTable } from './simulator-operation.ts'

export const upiDeclines: DeclineTable = {
  U30: { code: 'do_not_honor', remedy: 'instrument', message: 'The debit failed.' },
  Z9: { code: 'insufficient_funds', remedy: 'instrument', message: 'There is too little on the account.' },
  ZA: { code: 'declined', remedy: 'instrument', message: 'The payer declined the request.' },
  ZH: { code: 'instrument_invalid', remedy: 'instrument', message: 'There is no such address.' },
  Z8: { code: 'limit_exceeded', remedy: 'rail', message: 'The amount is above the limit of a transaction.' },
  K1: { code: 'fraud_suspected', remedy: 'never', message: 'The bank suspects fraud.' },
  YE: { code: 'instrument_invalid', remedy: 'instrument', message: 'The account is blocked.' },
  M1: { code: 'mandate_inactive', remedy: 'instrument', message: 'The mandate is not active.' },
  M2: { code: 'mandate_exceeded', remedy: 'never', message: 'The mandate does not allow the debit.' },
  M3: { code: 'payer_not_notified', remedy: 'later', message: 'The payer was not notified of the debit in time.' },
  U28: { code: 'try_again_later', remedy: 'later', message: "The payer's bank does not answer." },
  U69: { code: 'instrument_expired', remedy: 'instrument', message: 'The payer did not answer the request in time.' },
  RX: { code: 'already_refunded', remedy: 'never', message: 'The refund is beyond what is left.' },
}
