import { netbankWords } from '../netbank/codes.ts'
import {
  type Behavior,
  type BehaviorName,
  isReturnable,
  type OperationKind,
  operationKinds,
  type RailName,
} from './operation.ts'
import { invalidInstrumentCode } from './response-codes.ts'

const ok: Behavior = { name: 'ok' }

/** Behaviors of the connection or the bookkeeping, with the same names on every rail. */
const faults: Readonly<Record<string, BehaviorName>> = {
  ok: 'ok',
  timeout_happened: 'timeout_happened',
  timeout_not_happened: 'timeout_not_happened',
  reset_happened: 'reset_happened',
  http_500: 'http_500',
  http_500_happened: 'http_500_happened',
  slow: 'slow',
  wrong_amount: 'wrong_amount',
  over_amount: 'over_amount',
  late_success: 'late_success',
  unknown: 'unknown',
  dispute: 'dispute',
  returned: 'returned',
}
const shortFaults: Readonly<Record<string, BehaviorName>> = { '500': 'http_500', '500_happened': 'http_500_happened' }

/** Of rails that report disputes by stages. */
const stagedDisputes: Readonly<Record<string, BehaviorName>> = {
  dispute_open: 'dispute_open',
  dispute_won: 'dispute_won',
  dispute_lost: 'dispute_lost',
}

/** Of submissions without an answer. `overtaken`: they happen all the same, and then stand. */
const reversals: Readonly<Record<string, BehaviorName>> = {
  reversal_lost: 'reversal_lost',
  reversal_unanswered: 'reversal_unanswered',
  reversal_too_late: 'reversal_too_late',
  reversal_overtaken: 'reversal_overtaken',
  reversal_late_answer: 'reversal_late_answer',
}

const cardValues = behaviors(
  { ...faults, ...shortFaults, ...stagedDisputes, ...reversals, partial: 'partial' },
  {
    insufficient_funds: '51',
    do_not_honor: '05',
    declined: '05',
    expired: '54',
    lost: '41',
    stolen: '43',
    invalid: '14',
    not_permitted: '57',
    limit_exceeded: '61',
    fraud: '59',
    authentication_required: '1A',
    unavailable: '91',
  },
)

const upiValues = behaviors(
  {
    ...faults,
    ...shortFaults,
    ...stagedDisputes,
    success: 'ok',
    duplicate: 'duplicate_callback',
    early: 'callback_before_response',
    out_of_order: 'out_of_order',
    no_callback: 'no_callback',
    stays_pending: 'stays_pending',
  },
  {
    failure: 'U30',
    insufficient_funds: 'Z9',
    declined: 'ZA',
    expired: 'U69',
    invalid: 'ZH',
    limit_exceeded: 'Z8',
    fraud: 'K1',
    blocked: 'YE',
    unavailable: 'U28',
  },
)

const bankValues = behaviors(
  {
    ...Object.fromEntries(Object.entries(faults).map(([word, name]) => [inCapitals(word), name])),
    DUPLICATE: 'duplicate_callback',
    NOLINE: 'no_callback',
    STAYSPENDING: 'stays_pending',
  },
  Object.fromEntries(
    ['AC01', 'AC04', 'AC06', 'AG01', 'AM02', 'AM04', 'FRAD', 'MD01', 'MS03'].map((code) => [code, code]),
  ),
)

const netbankValues = behaviors(
  {
    ...Object.fromEntries(Object.entries(faults).filter(([word]) => word !== 'dispute')),
    ...shortFaults,
    duplicate: 'duplicate_callback',
    no_callback: 'no_callback',
    person: 'stays_pending',
    stays_pending: 'stays_pending',
  },
  netbankWords,
)

function behaviors(
  named: Readonly<Record<string, BehaviorName>>,
  declines: Readonly<Record<string, string>>,
): ReadonlyMap<string, Behavior> {
  return new Map([
    ...Object.entries(named).map(([word, name]): [string, Behavior] => [word, { name }]),
    ...Object.entries(declines).map(([word, code]): [string, Behavior] => [word, { name: 'decline', code }]),
  ])
}

function inCapitals(word: string): string {
  return word.replaceAll('_', '').toUpperCase()
}

export function testWords(rail: RailName): string[] {
  return [...{ card: cardValues, upi: upiValues, bank: bankValues, netbank: netbankValues }[rail].keys()]
}

const disputes: ReadonlySet<BehaviorName> = new Set(['dispute', 'dispute_open', 'dispute_won', 'dispute_lost'])

type TestValue = { readonly behavior: Behavior; readonly about: OperationKind | undefined }

/**
 * Undefined when not a test value: the fault schedule decides. An instrument of the wrong form is declined as invalid.
 */
export function testBehavior(rail: RailName, kind: OperationKind, instrument: string): Behavior | undefined {
  const value = readers[rail](instrument)
  if (value === undefined) return undefined
  if (disputes.has(value.behavior.name)) return kind === 'charge' || kind === 'capture' ? value.behavior : ok
  if (value.behavior.name === 'returned' && !isReturnable(kind)) return ok
  if (value.behavior.name === 'returned' && value.about === undefined) return kind === 'refund' ? ok : value.behavior
  if (value.behavior.name === 'partial' && kind !== 'charge' && kind !== 'authorize') return ok
  if (value.about !== undefined) return value.about === kind ? value.behavior : ok
  return kind === 'authorize' || kind === 'charge' || kind === 'payout' ? value.behavior : ok
}

const readers: Readonly<Record<RailName, (instrument: string) => TestValue | undefined>> = {
  card: (instrument) =>
    instrument.startsWith('card_')
      ? readWords(cardValues, instrument.replace(/^card_((visa|mastercard)_)?/, ''))
      : invalid('card'),
  upi: (instrument) => {
    const at = instrument.indexOf('@')
    if (at < 1 || at === instrument.length - 1) return invalid('upi')
    if (!instrument.endsWith('@upi')) return undefined
    return readWords(upiValues, instrument.slice(0, at).replace(/^(intent|qr)(_|$)/, '') || 'success')
  },
  bank: (instrument) => (ibanForm.test(instrument) ? readEnding(instrument) : invalid('bank')),
  netbank: (instrument) =>
    instrument.startsWith('netbank_')
      ? readWords(netbankValues, instrument.replace('netbank_', ''))
      : invalid('netbank'),
}

const ibanForm = /^[A-Z]{2}\d{2}[A-Z0-9]{1,30}$/

function invalid(rail: RailName): TestValue {
  return { behavior: { name: 'decline', code: invalidInstrumentCode[rail] }, about: undefined }
}

/** `timeout_happened`, or `refund_timeout_happened` for refunds only. */
function readWords(values: ReadonlyMap<string, Behavior>, words: string): TestValue | undefined {
  const behavior = values.get(words)
  if (behavior !== undefined) return { behavior, about: undefined }
  const about = operationKinds.find((kind) => words.startsWith(`${kind}_`))
  const named = about === undefined ? undefined : values.get(words.slice(about.length + 1))
  return named === undefined ? undefined : { behavior: named, about }
}

/** The same for an IBAN, which ends in the words. */
function readEnding(instrument: string): TestValue | undefined {
  for (const [word, behavior] of bankValues) {
    if (!instrument.endsWith(word)) continue
    const rest = instrument.slice(0, -word.length)
    return { behavior, about: operationKinds.find((kind) => rest.endsWith(kind.toUpperCase())) }
  }
  return undefined
}
