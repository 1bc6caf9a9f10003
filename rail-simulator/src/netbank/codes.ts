/** From the return codes of NACHA; the bank's own begin with NB. */
export const netbankMessages: Readonly<Record<string, string>> = {
  '00': 'Done',
  NB01: 'The payer has left the page',
  NB02: 'The page has expired',
  NB03: 'Above the limit of the account',
  NB04: 'Suspected fraud',
  NB05: 'The bank declined',
  NB06: 'The refund is beyond what is left',
  NB09: 'The other bank does not answer',
  R01: 'Insufficient funds',
  R02: 'Account closed',
  R03: 'No such account',
  R04: 'Invalid account number',
  R16: 'Account frozen',
  R20: 'Not an account for payments',
}

export const netbankWords: Readonly<Record<string, string>> = {
  abandoned: 'NB01',
  closed: 'R02',
  declined: 'NB05',
  expired: 'NB02',
  fraud: 'NB04',
  frozen: 'R16',
  insufficient_funds: 'R01',
  invalid: 'R04',
  limit_exceeded: 'NB03',
  no_account: 'R03',
  not_permitted: 'R20',
  unavailable: 'NB09',
}

/** The bank sees these while it reads a file of payouts. */
export const refusedAtOnce: ReadonlySet<string> = new Set(['R03', 'R04'])
