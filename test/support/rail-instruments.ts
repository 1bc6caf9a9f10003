/** What the conformance tests of rails send, and the answers that they expect. */
type Instruments = {
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
]
