import type { Api } from './api.ts'
import { type Pages, withoutPage } from './pages.ts'
import type {
  Account,
  Balance,
  ChangeAccountState,
  CreateAccount,
  Entry,
  GetBalance,
  GetStatement,
  ListAccounts,
  ListEntries,
} from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'
import type { AccountResult, StatementSummary, UpdateAccount } from './types.ts'

export type BalanceParams = GetBalance
export type StatementParams = GetStatement

/** The entries of an account in a period, oldest first, with the balances before and after. */
export type Statement = Pages<Entry> & { readonly summary: () => Promise<StatementSummary> }

/** Accounts. `ref` is an account's id or its code. */
export type Accounts = {
  /** Refusals: `account_code_taken`, `asset_not_found`, `limits_contradict`, `id_already_used`. */
  readonly create: (account: CreateAccount, options?: CallOptions) => Promise<Account>
  /** Up to 10,000 accounts, created independently in the order given; results are by index. */
  readonly createBatch: (accounts: readonly CreateAccount[], options?: CallOptions) => Promise<AccountResult[]>
  readonly get: (ref: string, options?: CallOptions) => Promise<Account>
  /** Newest first. */
  readonly list: (params?: ListAccounts, options?: CallOptions) => Pages<Account>
  /**
   * Omitted fields stay unchanged. With `version`: refused with `condition_not_met` unless it is the account's current
   * version.
   */
  readonly update: (ref: string, change: UpdateAccount, options?: CallOptions) => Promise<Account>
  readonly freeze: (ref: string, condition?: ChangeAccountState, options?: CallOptions) => Promise<Account>
  readonly unfreeze: (ref: string, condition?: ChangeAccountState, options?: CallOptions) => Promise<Account>
  /** Refused with `account_not_empty` while the account has money or holds. */
  readonly close: (ref: string, condition?: ChangeAccountState, options?: CallOptions) => Promise<Account>
  /** The balance now, or `at` an instant: by time of recording, or by the transfers' effective time. */
  readonly balance: (ref: string, params?: BalanceParams, options?: CallOptions) => Promise<Balance>
  /** Newest first. */
  readonly entries: (ref: string, params?: ListEntries, options?: CallOptions) => Pages<Entry>
  readonly statement: (ref: string, params?: StatementParams, options?: CallOptions) => Statement
}

export function createAccounts({ call, list }: Api): Accounts {
  const params = (account: string) => ({ params: { account } })
  return {
    create: (body, options) => call('create_account', { body }, options),
    createBatch: async (accounts, options) => {
      const { results } = await call('create_accounts', { body: { accounts } }, options)
      return results as AccountResult[]
    },
    get: (ref, options) => call('get_account', params(ref), options),
    list: (query, options) => list('list_accounts', { query }, options),
    update: (ref, body, options) => call('change_account', { ...params(ref), body }, options),
    freeze: (ref, body, options) => call('freeze_account', { ...params(ref), body: body ?? {} }, options),
    unfreeze: (ref, body, options) => call('unfreeze_account', { ...params(ref), body: body ?? {} }, options),
    close: (ref, body, options) => call('close_account', { ...params(ref), body: body ?? {} }, options),
    balance: (ref, query, options) => call('get_balance', { ...params(ref), query }, options),
    entries: (ref, query, options) => list('list_entries', { ...params(ref), query }, options),
    statement: (ref, query, options) => ({
      ...list('get_statement', { ...params(ref), query }, options),
      summary: async () =>
        withoutPage(await call('get_statement', { ...params(ref), query: { ...query, limit: 1 } }, options)),
    }),
  }
}
