import { Type } from 'typebox'
import {
  accountCode,
  accountReference,
  amountInput,
  assetCode,
  balanceInput,
  digits,
  id,
  metadata,
  metadataInput,
  referenceInput,
  referenceOrNull,
  time,
  timeInput,
  timeOrNull,
  versionInput,
} from '#platform/fields'
import { closedObject, querySchema } from '#platform/http'
import { pageQuery } from '#platform/lists'
import { itemError } from './account-schemas.ts'

export const transferState = Type.Unsafe<'pending' | 'posted' | 'voided' | 'expired'>({
  type: 'string',
  enum: ['pending', 'posted', 'voided', 'expired'],
  description:
    'A pending transfer holds its amount until it is posted, voided or has expired; a posted one has moved it.',
  examples: ['posted'],
})

export const transfer = closedObject(
  {
    id: id('trf', 'The id of the transfer.'),
    source: id('acc', 'The account the money leaves.'),
    source_code: accountCode('The code of the source.', { example: 'customers:42:wallet' }),
    destination: Type.String({
      ...id('acc', 'The account the money goes to.'),
      examples: ['acc_01k0a2m4q7fv3t8z6m1w5y2r4s'],
    }),
    destination_code: accountCode('The code of the destination.', { example: 'merchants:7' }),
    amount: digits('What the transfer is about, in minor units.', { example: '12500' }),
    asset: assetCode('The asset of both accounts.'),
    state: transferState,
    amount_posted: digits('What was moved: the amount, a part of it, or 0 while pending and after void or expiry.', {
      example: '12500',
    }),
    pending: Type.Boolean({ description: 'Whether it was made as a pending transfer.', examples: [false] }),
    expires_at: timeOrNull('When the hold of a pending transfer lapses by itself.'),
    reference: referenceOrNull,
    effective_at: time('When the transfer counts from; the time of recording unless it was given.'),
    recorded_at: time('When it was written to the books.'),
    resolved_at: timeOrNull(
      'When a pending transfer was posted or voided, or its expiry was written; null for a moment after it has expired.',
    ),
    metadata,
  },
  { title: 'Transfer' },
)

const bound = (description: string) => Type.Unsafe<number | string>({ ...balanceInput, description })

const accountCondition = closedObject(
  {
    version: Type.Optional(versionInput),
    posted_min: Type.Optional(bound('The posted balance before the transfer is at least this.')),
    posted_max: Type.Optional(bound('The posted balance before the transfer is at most this.')),
    available_min: Type.Optional(bound('The available balance before the transfer is at least this.')),
    available_max: Type.Optional(bound('The available balance before the transfer is at most this.')),
  },
  { title: 'AccountCondition', description: 'What must hold of an account; all of it, or nothing is moved.' },
)

const createTransferFields = {
  id: Type.Optional(
    id('trf', 'An id of your own making (`trf_` and a UUIDv7 in base32). Sending it twice moves the money once.'),
  ),
  source: accountReference('The account the money leaves'),
  destination: accountReference('The account the money goes to', { example: 'merchants:7' }),
  amount: Type.Unsafe<number | string>({
    ...amountInput,
    description: 'Minor units (cents for USD), as an integer or a digit string. With `balancing`: the most to move.',
  }),
  asset: assetCode('The asset of both accounts.'),
  pending: Type.Optional(
    Type.Boolean({ description: 'Hold the amount now; post or void it later.', examples: [false] }),
  ),
  expires_at: Type.Optional(timeInput('Only with `pending`: when the hold lapses by itself.')),
  balancing: Type.Optional(
    Type.Unsafe<'source' | 'destination'>({
      type: 'string',
      enum: ['source', 'destination'],
      description:
        'Move as much as there is, up to `amount`: what the source can spare, or what the destination can take.',
      examples: ['source'],
    }),
  ),
  reference: Type.Optional(referenceInput),
  effective_at: Type.Optional(timeInput('When the transfer counts from; now when not given, never in the future.')),
  metadata: Type.Optional(metadataInput),
  conditions: Type.Optional(
    closedObject(
      { source: Type.Optional(accountCondition), destination: Type.Optional(accountCondition) },
      { description: 'What must hold of the two accounts for the transfer to be made.' },
    ),
  ),
}

const dryRun = Type.Optional(
  Type.Boolean({ description: 'Answer what would happen, and do nothing.', examples: [false] }),
)

export const createTransferItem = closedObject(createTransferFields, { title: 'CreateTransferItem' })

export const createTransfer = closedObject({ ...createTransferFields, dry_run: dryRun }, { title: 'CreateTransfer' })

export const transfersMax = 10_000

export const createTransfers = closedObject(
  {
    transfers: Type.Array(createTransferItem, {
      minItems: 1,
      maxItems: transfersMax,
      description: 'The transfers, decided in this order.',
    }),
    atomic: Type.Optional(
      Type.Boolean({
        description: 'All or nothing: one refusal refuses every transfer of the batch.',
        examples: [true],
      }),
    ),
    dry_run: dryRun,
  },
  { title: 'CreateTransfers' },
)

export const createTransfersAnswer = closedObject(
  {
    booked: Type.Integer({ description: 'How many were booked by this request.', examples: [1] }),
    replayed: Type.Integer({ description: 'How many had been booked before, under the same id.', examples: [0] }),
    refused: Type.Integer({ description: 'How many were refused.', examples: [0] }),
    results: Type.Array(
      closedObject(
        {
          status: Type.Integer({
            description:
              '201: booked. 200: booked before under the same id, or a dry run. 4xx: refused. 503: the server could not continue a large batch that had neither an Idempotency-Key nor ids.',
            examples: [201],
          }),
          transfer: Type.Optional(transfer),
          error: Type.Optional(itemError),
        },
        { title: 'CreateTransferResult' },
      ),
      { description: 'What became of each, at the index it was sent at.' },
    ),
  },
  { title: 'CreateTransfersAnswer' },
)

export const postTransfer = closedObject(
  {
    amount: Type.Optional(
      Type.Unsafe<number | string>({
        ...amountInput,
        description: 'A part of the amount held, when not all of it is to be posted; the rest is released.',
        examples: ['10000'],
      }),
    ),
  },
  { title: 'PostTransfer' },
)

export const voidTransfer = closedObject({}, { title: 'VoidTransfer' })

export const transferParams = closedObject({ id: id('trf', 'The id of the transfer.') })

export const transfersQuery = querySchema(
  {
    ...pageQuery,
    account: Type.Optional(accountReference('Only transfers out of or into this account')),
    source: Type.Optional(accountReference('Only transfers out of this account')),
    destination: Type.Optional(accountReference('Only transfers into this account', { example: 'merchants:7' })),
    reference: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'Only the transfer with this reference.' }),
    ),
    state: Type.Optional(
      Type.Unsafe<'pending' | 'posted' | 'voided' | 'expired'>({
        ...transferState,
        description: 'Only transfers in this state.',
      }),
    ),
    recorded_from: Type.Optional(timeInput('Only transfers recorded at this time or later.')),
    recorded_to: Type.Optional(timeInput('Only transfers recorded before this time.')),
  },
  { metadata: true },
)
