import { decodeAccount, decodeAccountResult, decodeBalance, decodeEntry, decodeStatement } from './decode.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { Account, AccountResult, Balance, CreateAccount, Entry, StatementSummary, UpdateAccount } from './types.ts'
import type { WireAccount, WireAccountResult, WireBalance, WireEntry, WirePage, WireStatement } from './wire.ts'

/** An instant: RFC 3339 text (up to microseconds) or a Date. */
export type Instant = string | Date

export type ListAccounts = PageParams & {
  readonly code_prefix?: string
  readonly asset?: string
  readonly state?: WireAccount['state']
  /** All pairs must match. */
  readonly metadata?: Readonly<Record<string, string>>
}
export type BalanceParams = { readonly at?: Instant; readonly by?: 'recorded' | 'effective' }
export type ListEntries = PageParams & { readonly from?: Instant; readonly to?: Instant }
export type StatementParams = ListEntries & { readonly by?: 'recorded' | 'effective' }

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
  readonly freeze: (ref: string, condition?: VersionCondition, options?: CallOptions) => Promise<Account>
  readonly unfreeze: (ref: string, condition?: VersionCondition, options?: CallOptions) => Promise<Account>
  /** Refused with `account_not_empty` while the account has money or holds. */
  readonly close: (ref: string, condition?: VersionCondition, options?: CallOptions) => Promise<Account>
  /** The balance now, or `at` an instant: by time of recording, or by the transfers' effective time. */
  readonly balance: (ref: string, params?: BalanceParams, options?: CallOptions) => Promise<Balance>
  /** Newest first. */
  readonly entries: (ref: string, params?: ListEntries, options?: CallOptions) => Pages<Entry>
  readonly statement: (ref: string, params?: StatementParams, options?: CallOptions) => Statement
}

type VersionCondition = { readonly version?: number }

export function createAccounts(transport: Transport): Accounts {
  const pathOf = (ref: string) => `/v1/accounts/${encodeURIComponent(ref)}`
  const change =
    (verb: string) =>
    async (ref: string, condition: VersionCondition = {}, options?: CallOptions) =>
      decodeAccount(
        await transport.send<WireAccount>({ method: 'POST', path: `${pathOf(ref)}/${verb}`, body: condition }, options),
      )
  return {
    create: async (account, options) =>
      decodeAccount(
        await transport.send<WireAccount>({ method: 'POST', path: '/v1/accounts', body: account }, options),
      ),
    createBatch: async (accounts, options) => {
      const body = { accounts }
      const request = { method: 'POST', path: '/v1/accounts/batch', body } as const
      const { results } = await transport.send<{ results: WireAccountResult[] }>(request, options)
      return results.map(decodeAccountResult)
    },
    get: async (ref, options) =>
      decodeAccount(await transport.send<WireAccount>({ method: 'GET', path: pathOf(ref) }, options)),
    list: (params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<WireAccount>>(
            { method: 'GET', path: '/v1/accounts', query: toQuery({ ...params, ...page }) },
            call,
          ),
        decodeAccount,
        params ?? {},
        options,
      ),
    update: async (ref, body, options) =>
      decodeAccount(await transport.send<WireAccount>({ method: 'PATCH', path: pathOf(ref), body }, options)),
    freeze: change('freeze'),
    unfreeze: change('unfreeze'),
    close: change('close'),
    balance: async (ref, params, options) =>
      decodeBalance(
        await transport.send<WireBalance>(
          { method: 'GET', path: `${pathOf(ref)}/balance`, query: toQuery(params ?? {}) },
          options,
        ),
      ),
    entries: (ref, params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<WireEntry>>(
            { method: 'GET', path: `${pathOf(ref)}/entries`, query: toQuery({ ...params, ...page }) },
            call,
          ),
        decodeEntry,
        params ?? {},
        options,
      ),
    statement: (ref, params, options) => {
      const fetchPage = (page: PageParams, call: CallOptions | undefined) =>
        transport.send<WireStatement>(
          { method: 'GET', path: `${pathOf(ref)}/statement`, query: toQuery({ ...params, ...page }) },
          call,
        )
      return {
        ...createPages(fetchPage, decodeEntry, params ?? {}, options),
        summary: async () => decodeStatement(await fetchPage({ ...params, limit: 1 }, options)),
      }
    },
  }
}
