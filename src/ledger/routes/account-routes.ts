import { assert, encodeId, idPrefix } from '#kernel'
import { type Answer, answerText, type Route, type RouteRequest, route } from '#platform/http'
import type { Database, Transaction } from '#platform/postgres'
import { renderAccount } from '../accounts/render-account.ts'
import type { Account, AccountState, ChangeAccount } from '../commands.ts'
import type { Ledger } from '../ledger.ts'
import type { LedgerRefusalCode } from '../refusals.ts'
import { accountChangeFromJson, accountFromJson } from './account-from-json.ts'
import {
  account,
  accountParams,
  changeAccount,
  changeState,
  createAccount,
  createAccounts,
  createAccountsAnswer,
} from './account-schemas.ts'
import { openInSlices } from './account-slices.ts'
import { auditedAccount, openingOf } from './audited-accounts.ts'
import { requireFewPairs } from './metadata-pairs.ts'
import { mapInTurns } from './slices.ts'

type AccountWriter = Pick<Ledger, 'createAccounts' | 'changeAccount'>

const createProblems = [
  'id_already_used',
  'account_reserved',
  'asset_not_found',
  'account_code_taken',
  'limits_contradict',
] as const satisfies readonly LedgerRefusalCode[]

const limits = { permission: 'ledger:manage', what: 'limits of an account' } as const

const batchBytesMax = 32 * 1024 * 1024

export function accountRoutes(ledger: AccountWriter, database: Database): Route[] {
  return [
    createAccountRoute(ledger),
    createAccountsRoute(ledger, database),
    changeAccountRoute(ledger),
    stateRoute(ledger, {
      verb: 'freeze',
      act: 'account.frozen',
      state: 'frozen',
      summary: 'Freeze an account',
      description: 'Until it is unfrozen, the account takes part in no new transfer.',
      problems: ['account_not_found', 'account_reserved', 'condition_not_met', 'account_closed'],
    }),
    stateRoute(ledger, {
      verb: 'unfreeze',
      act: 'account.unfrozen',
      state: 'open',
      summary: 'Unfreeze an account',
      description: 'Opens a frozen account again.',
      problems: ['account_not_found', 'account_reserved', 'condition_not_met', 'account_closed', 'account_not_frozen'],
    }),
    stateRoute(ledger, {
      verb: 'close',
      act: 'account.closed',
      state: 'closed',
      summary: 'Close an account',
      description: 'Closes an account that has neither a balance nor open holds, for ever. Its history stays.',
      problems: ['account_not_found', 'account_reserved', 'condition_not_met', 'account_not_empty'],
    }),
  ]
}

function createAccountRoute(ledger: AccountWriter): Route {
  return route({
    method: 'POST',
    path: '/v1/accounts',
    operation: 'create_account',
    summary: 'Open an account',
    description:
      'Opens an account of one asset. With a client-given `id`, the same request again is answered with the account ' +
      'and status 200. A `min_available` of null or below zero and a `max_balance` need the permission `ledger:manage`.',
    tag: 'Accounts',
    permission: 'ledger:write',
    body: createAccount,
    alsoNeeds: { ...limits, paramOf: (body) => limitIn(body, '') },
    acts: ['account.opened'],
    answers: { 201: account, 200: account },
    problems: createProblems,
    handleOnce: async (request, tx) => {
      const command = accountFromJson(request.caller.book.number, request.body)
      const [outcome] = await ledger.createAccounts(tx, [command])
      assert(outcome !== undefined, 'one command has one outcome')
      if (!outcome.ok) return request.refuse(outcome.refusal)
      await request.record(tx, openingOf(outcome.account, { isNew: !outcome.replayed }))
      return answerText(outcome.replayed ? 200 : 201, renderAccount(outcome.account))
    },
  })
}

function createAccountsRoute(ledger: AccountWriter, database: Database): Route {
  return route({
    method: 'POST',
    path: '/v1/accounts/batch',
    operation: 'create_accounts',
    summary: 'Open many accounts',
    description:
      'Opens up to 10,000 accounts, each for itself, and answers each at its index. Limits need what they need where one account is opened. ' +
      'Together they may have 125,000 pairs of metadata. A large batch is opened in parts. When the server cannot ' +
      'continue (503), the accounts so far are open: the same request with the same Idempotency-Key, or the same ids, ' +
      'returns their results and opens the others.',
    tag: 'Accounts',
    permission: 'ledger:write',
    bodyBytesMax: batchBytesMax,
    body: createAccounts,
    alsoNeeds: { ...limits, paramOf: ({ accounts }) => firstLimit(accounts) },
    acts: ['accounts.opened'],
    answers: { 200: createAccountsAnswer },
    writesBesides: () => true,
    handle: async (request) => {
      const { body, caller } = request
      requireFewPairs(body.accounts, 'accounts')
      const read = (item: (typeof body.accounts)[number], index: number) =>
        accountFromJson(caller.book.number, item, `accounts.${index}.`)
      return openInSlices({ ledger, database }, request, await mapInTurns(body.accounts, read))
    },
  })
}

function changeAccountRoute(ledger: AccountWriter): Route {
  return route({
    method: 'PATCH',
    path: '/v1/accounts/:account',
    operation: 'change_account',
    summary: 'Change the limits or metadata of an account',
    description:
      'Changes what is given and leaves the rest. `metadata` is replaced as a whole. Limits need the permission `ledger:manage`.',
    tag: 'Accounts',
    permission: 'ledger:write',
    params: accountParams,
    body: changeAccount,
    alsoNeeds: { ...limits, paramOf: changedLimit },
    acts: ['account.changed'],
    answers: { 200: account },
    problems: ['account_not_found', 'account_reserved', 'condition_not_met', 'account_closed', 'limits_contradict'],
    handleOnce: (request, tx) =>
      changed(
        ledger,
        request,
        tx,
        accountChangeFromJson(request.caller.book.number, request.params.account, request.body),
      ),
  })
}

type Limits = { readonly min_available?: number | string | null; readonly max_balance?: number | string | null }

/**
 * A lower limit below zero creates money, and an upper limit stops payments from others. So only an administrator sets
 * limits, except a lower limit of zero or more at the opening.
 */
function limitIn({ min_available: least, max_balance: most }: Limits, path: string): string | undefined {
  if (least === null || Number(least ?? 0) < 0) return `${path}min_available`
  return most === undefined || most === null ? undefined : `${path}max_balance`
}

function firstLimit(accounts: readonly Limits[]): string | undefined {
  for (const [index, account] of accounts.entries()) {
    const limit = limitIn(account, `accounts.${index}.`)
    if (limit !== undefined) return limit
  }
  return undefined
}

function changedLimit({ min_available: least, max_balance: most }: Limits): string | undefined {
  if (least !== undefined) return 'min_available'
  return most === undefined ? undefined : 'max_balance'
}

type StateChange = {
  readonly verb: 'freeze' | 'unfreeze' | 'close'
  readonly act: string
  readonly state: AccountState
  readonly summary: string
  readonly description: string
  readonly problems: readonly LedgerRefusalCode[]
}

function stateRoute(ledger: AccountWriter, change: StateChange): Route {
  return route({
    method: 'POST',
    path: `/v1/accounts/:account/${change.verb}`,
    operation: `${change.verb}_account`,
    summary: change.summary,
    description: change.description,
    tag: 'Accounts',
    permission: 'ledger:manage',
    params: accountParams,
    body: changeState,
    answers: { 200: account },
    problems: change.problems,
    acts: [change.act],
    ...(change.verb === 'freeze' && { takesAway: true as const }),
    handleOnce: (request, tx) => {
      const { version } = request.body
      return changed(ledger, request, tx, {
        book: request.caller.book.number,
        account: request.params.account,
        state: change.state,
        ...(version !== undefined && { version }),
      })
    },
  })
}

async function changed(
  ledger: AccountWriter,
  request: RouteRequest,
  tx: Transaction,
  command: ChangeAccount,
): Promise<Answer> {
  let before: Account | undefined
  const onLocked = (account: Account) => {
    before = account
  }
  const result = await ledger.changeAccount(tx, command, { onLocked })
  if (!result.ok) return request.refuse(result.refusal)
  const after = result.value
  const states = { before: auditedAccount(before ?? after), after: auditedAccount(after) }
  await request.record(tx, { subject: encodeId(idPrefix.account, after.id), ...states })
  return answerText(200, renderAccount(after))
}
