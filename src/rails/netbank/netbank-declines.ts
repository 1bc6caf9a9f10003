import type { RailAdvice, RailDecline } from '../rail.ts'

type Row = readonly [RailDecline['code'], RailDecline['remedy'], message: string, RailAdvice['kind']]

const table: Readonly<Record<string, Row>> = {
  NB01: ['declined', 'instrument', "The payer left the bank's page.", 'unadvised'],
  NB02: ['declined', 'instrument', "The payer did not act before the bank's page expired.", 'unadvised'],
  NB03: ['limit_exceeded', 'instrument', 'The amount is above the limit of the account.', 'notBefore'],
  NB04: ['fraud_suspected', 'never', 'The bank suspects fraud.', 'never'],
  NB05: ['do_not_honor', 'instrument', 'The bank declined without a reason.', 'unadvised'],
  NB06: ['already_refunded', 'never', 'The refund is more than what is left of the pay-in.', 'never'],
  NB09: ['try_again_later', 'later', 'The other bank does not answer.', 'notBefore'],
  R01: ['insufficient_funds', 'instrument', 'The account has too little money.', 'notBefore'],
  R02: ['instrument_invalid', 'instrument', 'The account is closed.', 'never'],
  R03: ['instrument_invalid', 'instrument', 'There is no such account.', 'fixData'],
  R04: ['instrument_invalid', 'instrument', 'The account number is invalid.', 'fixData'],
  R16: ['instrument_invalid', 'instrument', 'The account is frozen.', 'unadvised'],
  R20: ['operation_not_supported', 'rail', 'The account does not take such payments.', 'never'],
}
const unlisted: Row = ['declined', 'instrument', 'The bank declined for another reason.', 'unadvised']

export function declineOf(raw: string): RailDecline {
  const [code, remedy, message, kind] = table[raw] ?? unlisted
  return { code, remedy, message, raw, advice: { kind } }
}

/** Requests that do not fit the bank's protocol. It has no codes for them. */
export const declines = {
  notSupported: { code: 'operation_not_supported', remedy: 'rail', message: 'The bank has no such operation.' },
  instrument: { code: 'instrument_invalid', remedy: 'instrument', message: 'This is no account number.' },
  request: { code: 'declined', remedy: 'never', message: 'The bank does not accept the request.' },
  original: { code: 'declined', remedy: 'never', message: 'The bank does not know the pay-in.' },
  reused: { code: 'duplicate', remedy: 'never', message: 'The reference was used for another transaction.' },
} as const satisfies Record<string, RailDecline>
