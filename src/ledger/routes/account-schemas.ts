import { Type } from 'typebox'
import {
  accountCode,
  accountReference,
  assetCode,
  digits,
  digitsOrNull,
  id,
  limitInput,
  metadata,
  metadataInput,
  time,
  version,
  versionInput,
} from '#platform/fields'
import { closedObject, querySchema } from '#platform/http'
import { pageQuery } from '#platform/lists'

export const accountState = Type.Unsafe<'open' | 'frozen' | 'closed'>({
  type: 'string',
  enum: ['open', 'frozen', 'closed'],
  description: 'A frozen account takes part in no new transfer until it is unfrozen; a closed one never again.',
  examples: ['open'],
})

export const account = closedObject(
  {
    id: id('acc', 'The id of the account.'),
    code: accountCode('The code of the account, unique in its book.'),
    asset: assetCode('The one asset the account counts.'),
    state: accountState,
    min_available: digitsOrNull('The least the available balance may become; null: no limit.', { example: '0' }),
    max_balance: digitsOrNull('The most that posted plus pending_in may become; null: no limit.', {
      example: '1000000',
    }),
    posted: digits('What came in minus what went out.', { example: '250000' }),
    pending: digits('Held by pending transfers that would go out.', { example: '12500' }),
    pending_in: digits('Held by pending transfers that would come in.', { example: '0' }),
    available: digits('posted minus pending: what may still be moved out, down to min_available.', {
      example: '237500',
    }),
    version,
    metadata,
    created_at: time('When the account was opened.'),
  },
  { title: 'Account' },
)

export const createAccount = closedObject(
  {
    id: Type.Optional(
      id('acc', 'An id of your own making (`acc_` and a UUIDv7 in base32). Sending it twice opens one account.'),
    ),
    code: accountCode('The code of the account: unique in its book, not of the form of an account id.'),
    asset: assetCode('The one asset the account counts: an ISO 4217 currency or a custom asset of the book.'),
    min_available: Type.Optional(
      Type.Unsafe<number | string | null>({
        ...limitInput,
        description:
          'The least the available balance may become. 0 when not given; negative for an overdraft; null for no limit.',
        examples: ['0'],
      }),
    ),
    max_balance: Type.Optional(
      Type.Unsafe<number | string | null>({
        ...limitInput,
        description: 'The most that posted plus pending_in may become. No limit when null or not given.',
        examples: ['1000000'],
      }),
    ),
    metadata: Type.Optional(metadataInput),
  },
  { title: 'CreateAccount' },
)

export const accountsMax = 10_000

export const createAccounts = closedObject(
  {
    accounts: Type.Array(createAccount, {
      minItems: 1,
      maxItems: accountsMax,
      description: 'The accounts to open, each for itself, in this order.',
    }),
  },
  { title: 'CreateAccounts' },
)

export const itemError = closedObject(
  {
    code: Type.String({ description: 'The code of the refusal; see the list of errors.' }),
    detail: Type.String({ description: 'What was wrong, for people.' }),
    param: Type.Optional(Type.String({ description: 'The field that was wrong.' })),
  },
  { title: 'ItemError' },
)

export const createAccountsAnswer = closedObject(
  {
    results: Type.Array(
      closedObject(
        {
          status: Type.Integer({
            description: '201: opened. 200: the same had been opened before. 4xx: refused.',
            examples: [201],
          }),
          account: Type.Optional(account),
          error: Type.Optional(itemError),
        },
        { title: 'CreateAccountResult' },
      ),
      { description: 'What became of each, at the index it was sent at.' },
    ),
  },
  { title: 'CreateAccountsAnswer' },
)

export const changeAccount = closedObject(
  {
    min_available: Type.Optional(
      Type.Unsafe<number | string | null>({
        ...limitInput,
        description: 'The new lower limit of the available balance; null for none. It may be above what is there now.',
        examples: ['-5000'],
      }),
    ),
    max_balance: Type.Optional(
      Type.Unsafe<number | string | null>({
        ...limitInput,
        description: 'The new upper limit of the balance; null for none.',
        examples: [null],
      }),
    ),
    metadata: Type.Optional(
      Type.Unsafe<Record<string, string>>({ ...metadataInput, description: 'Replaces all metadata of the account.' }),
    ),
    version: Type.Optional(versionInput),
  },
  { title: 'ChangeAccount', minProperties: 1, examples: [{ metadata: { order: '1042' } }] },
)

export const changeState = closedObject({ version: Type.Optional(versionInput) }, { title: 'ChangeAccountState' })

export const accountParams = closedObject({ account: accountReference('The account') })

export const accountsQuery = querySchema(
  {
    ...pageQuery,
    code_prefix: Type.Optional(accountCode('Only accounts whose code begins with this.', { example: 'customers:' })),
    asset: Type.Optional(assetCode('Only accounts of this asset.')),
    state: Type.Optional(
      Type.Unsafe<'open' | 'frozen' | 'closed'>({ ...accountState, description: 'Only accounts in this state.' }),
    ),
  },
  { metadata: true },
)
