import { netbankMessages } from '../netbank/codes.ts'
import type { OperationKind, RailName } from './operation.ts'

/** From ISO 8583 for cards, NPCI for UPI, ISO 20022 for the bank, and NACHA for net banking. */
const messages: Readonly<Record<RailName, Readonly<Record<string, string>>>> = {
  card: {
    '00': 'Approved',
    '05': 'Do not honor',
    '12': 'Invalid transaction',
    '13': 'Invalid amount: beyond what is left',
    '14': 'Invalid card number',
    '21': 'Reversed',
    '1A': 'The cardholder must authenticate',
    '41': 'Lost card',
    '43': 'Stolen card',
    '51': 'Insufficient funds',
    '54': 'Expired card',
    '57': 'Not permitted to this card',
    '59': 'Suspected fraud',
    '61': "Above the card's limit",
    '79': 'The authorization has been voided',
    '7A': 'The authorization has expired',
    '91': 'The issuer does not answer',
  },
  upi: {
    '00': 'Success',
    K1: 'Suspected fraud',
    M1: 'The mandate is not active',
    M2: 'The mandate does not allow the debit',
    M3: 'The payer was not notified of the debit in time',
    RX: 'The refund is beyond what is left',
    U28: 'The bank does not answer',
    U30: 'The debit failed',
    U69: 'The collect request expired',
    YE: 'The account is blocked',
    Z8: 'Above the limit of a transaction',
    Z9: 'Insufficient funds',
    ZA: 'Declined by the customer',
    ZH: 'Invalid address',
  },
  bank: {
    '00': 'Settled',
    AC01: 'Incorrect account number',
    AC04: 'Closed account',
    AC06: 'Blocked account',
    AG01: 'Transaction forbidden on this account',
    AM02: 'Above the amount allowed',
    AM04: 'Insufficient funds',
    AM09: 'The reversal is beyond what is left',
    FRAD: 'Fraudulent',
    MD01: 'No mandate',
    MD06: 'Refund demanded by the payer',
    MS03: 'No reason given by the bank',
  },
  netbank: netbankMessages,
}

export const successCode = '00'
/** Of what was undone, or came after its reversal. */
export const reversedCode = '21'

/** For an instrument of the wrong form, for a plain decline, and for an amount beyond the rest. */
export const invalidInstrumentCode: Readonly<Record<RailName, string>> = {
  card: '14',
  upi: 'ZH',
  bank: 'AC01',
  netbank: 'R04',
}
export const plainDeclineCode: Readonly<Record<RailName, string>> = {
  card: '05',
  upi: 'U30',
  bank: 'MS03',
  netbank: 'NB05',
}
export const beyondRestCode: Readonly<Record<RailName, string>> = {
  card: '13',
  upi: 'RX',
  bank: 'AM09',
  netbank: 'NB06',
}

const drawnCodes: Readonly<Record<RailName, readonly string[]>> = {
  card: ['05', '51', '54', '41', '59', '61', '91'],
  upi: ['U30', 'Z9', 'ZA', 'Z8', 'K1', 'U28'],
  bank: ['AC01', 'AC04', 'AM04', 'MD01', 'MS03'],
  netbank: ['R01', 'R02', 'R16', 'NB01', 'NB02', 'NB05'],
}

export function messagesOf(rail: RailName): Readonly<Record<string, string>> {
  return messages[rail]
}

export function messageOf(rail: RailName, code: string | undefined): string | undefined {
  return code === undefined ? undefined : messages[rail][code]
}

/** A reason about the instrument, or a plain decline for a request about an original. */
export function drawnDecline(rail: RailName, kind: OperationKind, hash: number): string {
  const codes = drawnCodes[rail]
  const namesInstrument = kind === 'authorize' || kind === 'charge' || kind === 'payout'
  return namesInstrument ? (codes[hash % codes.length] ?? plainDeclineCode[rail]) : plainDeclineCode[rail]
}
