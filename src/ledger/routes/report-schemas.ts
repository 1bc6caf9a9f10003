import { Type } from 'typebox'
import {
  accountCode,
  assetCode,
  digits,
  id,
  referenceOrNull,
  time,
  timeInput,
  timeOrNull,
  version,
} from '#platform/fields'
import { closedObject, querySchema } from '#platform/http'
import { pageEnd, pageQuery } from '#platform/lists'

const axis = Type.Unsafe<'recorded' | 'effective'>({
  type: 'string',
  enum: ['recorded', 'effective'],
  description: 'Whether times mean when a transfer was recorded, or when it counts from.',
  examples: ['recorded'],
})

export const balance = closedObject(
  {
    account: id('acc', 'The account.'),
    code: accountCode('The code of the account.'),
    asset: assetCode('The asset of the account.'),
    posted: digits('What had come in minus what had gone out.', { example: '250000' }),
    pending: digits('Held to go out.', { example: '12500' }),
    pending_in: digits('Held to come in.', { example: '0' }),
    available: digits('posted minus pending.', { example: '237500' }),
    version,
    at: timeOrNull('The time asked for; null: now.'),
  },
  { title: 'Balance' },
)

export const balanceQuery = querySchema({
  at: Type.Optional(timeInput('The balance as it stood at this time, inclusive; now when not given.')),
  by: Type.Optional(axis),
})

export const entry = closedObject(
  {
    transfer: id('trf', 'The transfer the entry belongs to.'),
    kind: Type.Unsafe<'posted' | 'held' | 'settled' | 'voided' | 'expired'>({
      type: 'string',
      enum: ['posted', 'held', 'settled', 'voided', 'expired'],
      description: 'What happened: money moved at once, was held, or its hold was settled, voided or expired.',
      examples: ['posted'],
    }),
    direction: Type.Unsafe<'in' | 'out'>({
      type: 'string',
      enum: ['in', 'out'],
      description: 'Whether the account is the destination or the source of the transfer.',
      examples: ['out'],
    }),
    amount: digits('What was moved by this entry; 0 for a hold.', { example: '12500' }),
    pending_change: digits('By how much the amount held changed, with its sign.', { example: '0' }),
    posted: digits('The posted balance after the entry.', { example: '250000' }),
    pending: digits('Held to go out, after the entry.', { example: '12500' }),
    pending_in: digits('Held to come in, after the entry.', { example: '0' }),
    available: digits('posted minus pending, after the entry.', { example: '237500' }),
    version,
    counterparty: id('acc', 'The account on the other side.'),
    counterparty_code: accountCode('The code of the account on the other side.', { example: 'merchants:7' }),
    reference: referenceOrNull,
    effective_at: time('When the transfer counts from.'),
    recorded_at: time('When the entry was written.'),
  },
  { title: 'Entry' },
)

export const entriesQuery = querySchema({
  ...pageQuery,
  from: Type.Optional(timeInput('Only entries recorded at this time or later.')),
  to: Type.Optional(timeInput('Only entries recorded before this time.')),
})

export const statement = closedObject(
  {
    account: id('acc', 'The account.'),
    code: accountCode('The code of the account.'),
    asset: assetCode('The asset of the account.'),
    by: axis,
    from: timeOrNull('Where the statement begins; null: at the opening of the account.'),
    to: timeOrNull('Where the statement ends, exclusive; null: now.'),
    opening: digits('The posted balance at `from`.', { example: '0' }),
    closing: digits('The posted balance at `to`: opening plus total_in minus total_out.', { example: '250000' }),
    total_in: digits('What came in between.', { example: '262500' }),
    total_out: digits('What went out between.', { example: '12500' }),
    data: Type.Array(entry, { description: 'The entries that moved money, oldest first.' }),
    ...pageEnd,
  },
  { title: 'Statement' },
)

export const statementQuery = querySchema({
  ...pageQuery,
  from: Type.Optional(
    timeInput('Where the statement begins, inclusive; at the opening of the account when not given.'),
  ),
  to: Type.Optional(timeInput('Where the statement ends, exclusive; now when not given.')),
  by: Type.Optional(axis),
})

export const trialBalance = closedObject(
  {
    as_of: time('The time of the totals.'),
    totals: Type.Array(
      closedObject({
        asset: assetCode('The asset.'),
        debit: digits('The sum of the debit column.', { example: '250000' }),
        credit: digits('The sum of the credit column; always equal to the debit column.', { example: '250000' }),
      }),
      { description: 'One row an asset, over all accounts and not only those of this page.' },
    ),
    data: Type.Array(
      closedObject(
        {
          account: id('acc', 'The account.'),
          code: accountCode('The code of the account.'),
          asset: assetCode('The asset of the account.'),
          debit: digits('The posted balance without its sign when it is negative, else 0.', { example: '0' }),
          credit: digits('The posted balance when it is positive, else 0.', { example: '250000' }),
        },
        { title: 'TrialBalanceRow' },
      ),
    ),
    ...pageEnd,
  },
  { title: 'TrialBalance' },
)

export const trialBalanceQuery = querySchema({
  ...pageQuery,
  asset: Type.Optional(assetCode('Only this asset.')),
})
