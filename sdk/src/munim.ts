import { type Accounts, createAccounts } from './accounts.ts'
import { createApi } from './api.ts'
import { type Approvals, createApprovals } from './approvals.ts'
import { type Audit, createAudit } from './audit.ts'
import { type AccessTokens, type Bearer, givenBearer, keyBearer, tokenBearer } from './bearer.ts'
import { type ApiKeys, type Assets, type Books, createApiKeys, createAssets, createBooks } from './books.ts'
import { type Cases, createCases } from './cases.ts'
import { type Consumers, createConsumers } from './consumers.ts'
import { createDisputes, type Disputes } from './disputes.ts'
import { createErasures, type Erasures } from './erasures.ts'
import { createEvents, type Events } from './events.ts'
import { createLimits, type Limits } from './limits.ts'
import { createOauthClients, createOauthKeys, type OauthClients, type OauthKeys } from './oauth.ts'
import { createItems, createOrders, type Items, type Orders } from './orders.ts'
import { createPayments, type Payments } from './payments.ts'
import { createPayouts, type Payouts } from './payouts.ts'
import { createPeople, type People } from './people.ts'
import { createRails, type Rails } from './rails.ts'
import { createRefunds, type Refunds } from './refunds.ts'
import {
  createTrialBalance,
  createVerification,
  type TrialBalance,
  type TrialBalanceParams,
  type Verification,
} from './reports.ts'
import { createSecrets, type Secrets } from './secrets.ts'
import { createTransfers, type Transfers } from './transfers.ts'
import { type CallOptions, createTransport, type Retry } from './transport.ts'
import { createVendors, type Vendors } from './vendors.ts'

export type MunimOptions = {
  /** The server's address, such as `http://127.0.0.1:8080`. */
  readonly url: string
  /** An API key, or the two below, or `accessToken`. */
  readonly apiKey?: string
  /** An OAuth client, for which access tokens are taken and renewed. */
  readonly clientId?: string
  readonly clientSecret?: string
  /**
   * Gives an access token whenever one is needed, such as that of a person. It must give another one than `refused`. What
   * it throws ends the call, except a `MunimConnectionError`, after which it is called again.
   */
  readonly accessToken?: AccessTokens
  /** Of the client's permissions, those that its tokens shall have; by default all. */
  readonly permissions?: readonly string[]
  /** With an operator key: the book to act in, by id or code. Default: the key's own. */
  readonly book?: string
  /** The time-out of one attempt; default 30,000 ms. */
  readonly timeoutMs?: number
  /** The time-out of a call with all its attempts and waits; default 90,000 ms. */
  readonly deadlineMs?: number
  /** Attempts after the first: for lost connections, time-outs, 408, 429 and 5xx. Default 4. */
  readonly retries?: number
  /** No attempt begins later than this after the start of the call; default 60,000 ms. */
  readonly retryForMs?: number
  /** Replaces the platform's fetch. */
  readonly fetch?: typeof globalThis.fetch
  /** Called after every failed attempt that will be retried. */
  readonly onRetry?: (retry: Retry) => void
}

/**
 * A client of a Munim server. It holds no connection and need not be closed. A refusal throws a `MunimError` with its
 * `code`. If no answer comes, even after retries with the same idempotency key, it throws a `MunimConnectionError` or a
 * `MunimTimeoutError`.
 */
export class Munim {
  readonly books: Books
  readonly assets: Assets
  readonly accounts: Accounts
  readonly transfers: Transfers
  readonly payments: Payments
  readonly refunds: Refunds
  readonly payouts: Payouts
  readonly disputes: Disputes
  readonly items: Items
  readonly orders: Orders
  readonly vendors: Vendors
  readonly rails: Rails
  readonly events: Events
  readonly consumers: Consumers
  readonly secrets: Secrets
  readonly limits: Limits
  readonly erasures: Erasures
  readonly trialBalance: (params?: TrialBalanceParams, options?: CallOptions) => TrialBalance
  readonly apiKeys: ApiKeys
  readonly oauthClients: OauthClients
  readonly oauthKeys: OauthKeys
  readonly people: People
  readonly cases: Cases
  readonly approvals: Approvals
  readonly audit: Audit
  readonly verification: Verification

  constructor(options: MunimOptions) {
    // No message has the text of the address, which may hold a password, or that of the key.
    const url = URL.canParse(options.url) ? new URL(options.url) : undefined
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
      throw new TypeError('url must be an HTTP address such as http://127.0.0.1:8080')
    if (url.username !== '' || url.password !== '') throw new TypeError('url has a user or a password; give an apiKey')
    const address = options.url.replace(/\/+$/, '')
    const fetch = options.fetch ?? globalThis.fetch
    const api = createApi(
      createTransport({
        url: address,
        bearer: bearerOf(options, { url: address, fetch }),
        book: options.book,
        timeoutMs: options.timeoutMs ?? 30_000,
        deadlineMs: options.deadlineMs ?? 90_000,
        retryForMs: options.retryForMs ?? 60_000,
        policy: { retries: options.retries ?? 4, baseMs: 100, ceilingMs: 2_000 },
        fetch,
        onRetry: options.onRetry,
      }),
    )
    this.books = createBooks(api)
    this.assets = createAssets(api)
    this.accounts = createAccounts(api)
    this.transfers = createTransfers(api)
    this.payments = createPayments(api)
    this.refunds = createRefunds(api)
    this.payouts = createPayouts(api)
    this.disputes = createDisputes(api)
    this.items = createItems(api)
    this.orders = createOrders(api)
    this.vendors = createVendors(api)
    this.rails = createRails(api)
    this.events = createEvents(api)
    this.consumers = createConsumers(api)
    this.secrets = createSecrets(api)
    this.limits = createLimits(api)
    this.erasures = createErasures(api)
    this.trialBalance = createTrialBalance(api)
    this.apiKeys = createApiKeys(api)
    this.oauthClients = createOauthClients(api)
    this.oauthKeys = createOauthKeys(api)
    this.people = createPeople(api)
    this.cases = createCases(api)
    this.approvals = createApprovals(api)
    this.audit = createAudit(api)
    this.verification = createVerification(api)
  }
}

type Authentication = Pick<MunimOptions, 'apiKey' | 'clientId' | 'clientSecret' | 'permissions' | 'accessToken'>

function bearerOf(options: Authentication, deps: Parameters<typeof tokenBearer>[1]): Bearer {
  const { apiKey, clientId = '', clientSecret = '', permissions, accessToken } = options
  if (accessToken !== undefined) {
    if ([apiKey, clientId || undefined].some((one) => one !== undefined))
      throw new TypeError('give an accessToken, an apiKey or a client, not several of them')
    return givenBearer(accessToken)
  }
  if (apiKey !== undefined) {
    if (clientId !== '' || clientSecret !== '') throw new TypeError('give an apiKey or a client, not both')
    if (!/^[!-~]+$/.test(apiKey)) throw new TypeError('apiKey has characters that no key has, such as line breaks')
    return keyBearer(apiKey)
  }
  if (![clientId, clientSecret].every((text) => /^[!-~]+$/.test(text)))
    throw new TypeError('give an apiKey, or a clientId and a clientSecret, without characters such as line breaks')
  return tokenBearer({ clientId, clientSecret, permissions }, deps)
}
