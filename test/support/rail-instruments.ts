/** What the conformance tests of rails send, and the answers that they expect. */
type Instruments = {
  /** As in the configuration: `create-configured-rails.ts`. */
  readonly adapter: string
  /** How it answers a call that will succeed. */
  readonly accepts: 'succeeded' | 'pending'
  readonly takesFiles?: true
  /** The simulator must end its day before an outcome is known. */
  readonly endsByDay?: true
  /** It takes reversals. Instruments of calls without an answer: which happen or not, or stand. */
  readonly reversals?: { readonly happened: string; readonly notHappened: string; readonly tooLate: string }
  /** It keeps mandates. Instruments whose payers approve, are asked by an action, and decline. */
  readonly mandates?: { readonly ok: string; readonly asked: string; readonly declined: string; readonly lost: string }
  /** The form of `railReference`, and one of a charge that was never made. */
  readonly reference: RegExp
  readonly neverMade: string
  readonly ok: string
  readonly timeoutHappened: string
  readonly timeoutNotHappened: string
  readonly reset: string
  readonly error: string
  readonly errorHappened: string
  readonly slow: string
  readonly wrongAmount: string
  readonly overAmount: string
  /** The instrument, and the code and remedy of the decline. */
  readonly declined: readonly (readonly [string, string, string])[]
}

export const rails: readonly (readonly [string, Instruments])[] = [
  [
    'card',
    {
      adapter: 'simulator-card',
      reversals: {
        happened: 'card_timeout_happened',
        notHappened: 'card_timeout_not_happened',
        tooLate: 'card_reversal_too_late',
      },
      accepts: 'succeeded',
      reference: /^(chg|pout)_/,
      neverMade: 'chg_01981c8e-6f7a-7c0b-9d2e-3f4a5b6c7d8e',
      ok: 'card_ok',
      timeoutHappened: 'card_timeout_happened',
      timeoutNotHappened: 'card_timeout_not_happened',
      reset: 'card_reset_happened',
      error: 'card_500',
      errorHappened: 'card_500_happened',
      slow: 'card_slow',
      wrongAmount: 'card_wrong_amount',
      overAmount: 'card_over_amount',
      declined: [
        ['card_insufficient_funds', 'insufficient_funds', 'instrument'],
        ['card_do_not_honor', 'do_not_honor', 'instrument'],
        ['card_expired', 'instrument_expired', 'instrument'],
        ['card_lost', 'instrument_lost_or_stolen', 'instrument'],
        ['card_stolen', 'instrument_lost_or_stolen', 'instrument'],
        ['card_invalid', 'instrument_invalid', 'instrument'],
        ['no card at all', 'instrument_invalid', 'instrument'],
        ['card_not_permitted', 'operation_not_supported', 'rail'],
        ['card_limit_exceeded', 'limit_exceeded', 'instrument'],
        ['card_fraud', 'fraud_suspected', 'never'],
        ['card_authentication_required', 'authentication_required', 'instrument'],
        ['card_unavailable', 'try_again_later', 'later'],
      ],
    },
  ],
  [
    'upi',
    {
      adapter: 'simulator-upi',
      mandates: {
        ok: 'asha@upi',
        asked: 'intent@upi',
        declined: 'mandate_declined@upi',
        lost: 'mandate_timeout_happened@upi',
      },
      accepts: 'pending',
      reference: /^(chg|pout)_/,
      neverMade: 'chg_01981c8e-6f7a-7c0b-9d2e-3f4a5b6c7d8e',
      ok: 'asha@upi',
      timeoutHappened: 'timeout_happened@upi',
      timeoutNotHappened: 'timeout_not_happened@upi',
      reset: 'reset_happened@upi',
      error: '500@upi',
      errorHappened: '500_happened@upi',
      slow: 'slow@upi',
      wrongAmount: 'wrong_amount@upi',
      overAmount: 'over_amount@upi',
      declined: [
        ['insufficient_funds@upi', 'insufficient_funds', 'instrument'],
        ['failure@upi', 'do_not_honor', 'instrument'],
        ['expired@upi', 'instrument_expired', 'instrument'],
        ['invalid@upi', 'instrument_invalid', 'instrument'],
        ['no address', 'instrument_invalid', 'instrument'],
        ['declined@upi', 'declined', 'instrument'],
        ['limit_exceeded@upi', 'limit_exceeded', 'rail'],
        ['fraud@upi', 'fraud_suspected', 'never'],
        ['blocked@upi', 'instrument_invalid', 'instrument'],
        ['unavailable@upi', 'try_again_later', 'later'],
      ],
    },
  ],
  [
    'bank',
    {
      adapter: 'simulator-bank',
      accepts: 'pending',
      endsByDay: true,
      reference: /^(chg|pout)_/,
      neverMade: 'chg_01981c8e-6f7a-7c0b-9d2e-3f4a5b6c7d8e',
      ok: 'GB33BUKB20201555555555',
      timeoutHappened: 'GB33TIMEOUTHAPPENED',
      timeoutNotHappened: 'GB33TIMEOUTNOTHAPPENED',
      reset: 'GB33RESETHAPPENED',
      error: 'GB33HTTP500',
      errorHappened: 'GB33HTTP500HAPPENED',
      slow: 'GB33SLOW',
      wrongAmount: 'GB33WRONGAMOUNT',
      overAmount: 'GB33OVERAMOUNT',
      declined: [
        ['GB33AM04', 'insufficient_funds', 'instrument'],
        ['GB33MS03', 'do_not_honor', 'instrument'],
        ['GB33AC01', 'instrument_invalid', 'instrument'],
        ['GB33AC04', 'instrument_invalid', 'instrument'],
        ['GB33AC06', 'instrument_invalid', 'instrument'],
        ['GB33AG01', 'operation_not_supported', 'rail'],
        ['GB33AM02', 'limit_exceeded', 'rail'],
        ['GB33FRAD', 'fraud_suspected', 'never'],
        ['GB33MD01', 'authentication_required', 'instrument'],
      ],
    },
  ],
  [
    'netbank',
    {
      adapter: 'netbank',
      takesFiles: true,
      accepts: 'pending',
      reference: /^[0-9a-f]{20}$/,
      neverMade: '9d2e3f4a5b6c7d8e0198',
      ok: 'netbank_ok',
      timeoutHappened: 'netbank_timeout_happened',
      timeoutNotHappened: 'netbank_timeout_not_happened',
      reset: 'netbank_reset_happened',
      error: 'netbank_500',
      errorHappened: 'netbank_500_happened',
      slow: 'netbank_slow',
      wrongAmount: 'netbank_wrong_amount',
      overAmount: 'netbank_over_amount',
      declined: [
        ['netbank_insufficient_funds', 'insufficient_funds', 'instrument'],
        ['netbank_declined', 'do_not_honor', 'instrument'],
        ['netbank_abandoned', 'declined', 'instrument'],
        ['netbank_expired', 'declined', 'instrument'],
        ['netbank_closed', 'instrument_invalid', 'instrument'],
        ['netbank_no_account', 'instrument_invalid', 'instrument'],
        ['netbank_frozen', 'instrument_invalid', 'instrument'],
        ['no account', 'instrument_invalid', 'instrument'],
        ['netbank_not_permitted', 'operation_not_supported', 'rail'],
        ['netbank_limit_exceeded', 'limit_exceeded', 'instrument'],
        ['netbank_fraud', 'fraud_suspected', 'never'],
        ['netbank_unavailable', 'try_again_later', 'later'],
      ],
    },
  ],
]
