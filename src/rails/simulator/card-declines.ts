import type { DeclineTable } from './simulator-operation.ts'

/** Visa's categories: 1 is `never`, 2 `notBefore`; those of 3 ask for other data; the others are not advised. */
export const cardDeclines: DeclineTable = {
  '05': { code: 'do_not_honor', remedy: 'instrument', message: 'The bank declines without a reason.' },
  '12': { code: 'operation_not_supported', remedy: 'never', message: 'Nothing is left to capture.' },
  'void:12': { code: 'duplicate', remedy: 'never', message: 'Nothing is left to void.' },
  '13': { code: 'limit_exceeded', remedy: 'never', message: 'The amount is beyond what is left to capture.' },
  'refund:13': { code: 'already_refunded', remedy: 'never', message: 'The refund is beyond what is left.' },
  '14': {
    code: 'instrument_invalid',
    remedy: 'instrument',
    message: 'There is no such card.',
    advice: { kind: 'never' },
  },
  '21': { code: 'reversed', remedy: 'later', message: 'It was reversed, and nothing of it happens any more.' },
  '41': {
    code: 'instrument_lost_or_stolen',
    remedy: 'instrument',
    message: 'The card was reported lost.',
    advice: { kind: 'never' },
  },
  '43': {
    code: 'instrument_lost_or_stolen',
    remedy: 'instrument',
    message: 'The card was reported stolen.',
    advice: { kind: 'never' },
  },
  '51': {
    code: 'insufficient_funds',
    remedy: 'instrument',
    message: 'There is too little on the card.',
    advice: { kind: 'notBefore' },
  },
  '54': {
    code: 'instrument_expired',
    remedy: 'instrument',
    message: 'The card has expired.',
    advice: { kind: 'updateCredential' },
  },
  '57': {
    code: 'operation_not_supported',
    remedy: 'rail',
    message: 'The card is not permitted to do this.',
    advice: { kind: 'never' },
  },
  '59': {
    code: 'fraud_suspected',
    remedy: 'never',
    message: 'The bank suspects fraud.',
    advice: { kind: 'notBefore' },
  },
  '61': {
    code: 'limit_exceeded',
    remedy: 'instrument',
    message: "The amount is above the card's limit.",
    advice: { kind: 'notBefore' },
  },
  '79': { code: 'authorization_expired', remedy: 'never', message: 'The authorization has been voided.' },
  'void:79': { code: 'duplicate', remedy: 'never', message: 'The authorization has been voided already.' },
  '7A': { code: 'authorization_expired', remedy: 'never', message: 'The authorization has expired.' },
  '1A': {
    code: 'authentication_required',
    remedy: 'instrument',
    message: 'The cardholder must authenticate.',
    advice: { kind: 'authenticate' },
  },
  '91': {
    code: 'try_again_later',
    remedy: 'later',
    message: "The card's bank does not answer.",
    advice: { kind: 'notBefore' },
  },
}
