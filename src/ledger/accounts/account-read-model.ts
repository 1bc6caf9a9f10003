import { assert, decodeId, idPrefix, type Uuid } from '#kernel'
import { isStorable, micros, type Queryable, toUuid } from '#platform/postgres'
import type { Account, AccountName, AccountReference, AccountState, BookNumber, Metadata } from '../commands.ts'
import { heldNow } from '../holds/lapsed-holds-read-model.ts'
import { accountState } from '../sealing/journal.ts'

export type NumberedAccount = AccountName & { readonly number: number }

/** Completes `a`, a row of ledger.accounts, to an {@link AccountRow}. Balances exclude lapsed holds. */
export const accountLaterals = `
  cross join lateral (
    select s.state, s.min_available, s.max_balance, s.metadata
    from ledger.account_settings s where s.account = a.number order by s.version desc limit 1
  ) s
  left join lateral (
    select e.version, e.posted, e.pending_out, e.pending_in
    from ledger.entries e where e.account = a.number order by e.version desc limit 1
  ) e on true`

const latest = { entry: 'e', account: 'a.number' }

export const accountColumns = `
  a.number, a.id, a.code, a.asset, ${micros('a.created_at')} as created_at,
  s.state, s.min_available, s.max_balance, s.metadata, e.version, e.posted,
  ${heldNow('out', latest)} as pending_out, ${heldNow('in', latest)} as pending_in`

/** The account with its balances, by id or code; undefined when the book has none. */
export async function getAccount(
  database: Queryable,
  book: BookNumber,
  reference: AccountReference,
): Promise<Account | undefined> {
  const [row] = await selectByReference<AccountRow>(database, book, reference, wholeAccount)
  return row === undefined ? undefined : toAccount(book, row)
}

/** The immutable facts of an account, by id or code; undefined when the book has none. */
export async function findAccount(
  database: Queryable,
  book: BookNumber,
  reference: AccountReference,
): Promise<NumberedAccount | undefined> {
  const [row] = await selectByReference<NameRow>(database, book, reference, accountName)
  return row === undefined ? undefined : { ...toName(row), number: Number(row.number) }
}

type Selection = { readonly name: string; readonly columns: string; readonly joins: string }

const wholeAccount: Selection = { name: 'ledger-read-account', columns: accountColumns, joins: accountLaterals }
const accountName: Selection = {
  name: 'ledger-read-account-name',
  columns: 'a.number, a.id, a.code, a.asset',
  joins: '',
}

async function selectByReference<Row extends object>(
  database: Queryable,
  book: BookNumber,
  reference: AccountReference,
  { name, columns, joins }: Selection,
): Promise<Row[]> {
  if (!isStorable(reference)) return []
  const id = decodeId(idPrefix.account, reference)
  const select = `select ${columns} from ledger.accounts a ${joins} where a.book_id = $1`
  return await database.query<Row>(
    id === undefined
      ? { name: `${name}-by-code`, text: `${select} and a.code = $2`, values: [book, reference] }
      : { name: `${name}-by-id`, text: `${select} and a.id = $2::uuid`, values: [book, id] },
  )
}

type NameRow = { number: bigint; id: string; code: string; asset: string }

export type AccountRow = NameRow & {
  created_at: bigint
  state: number
  min_available: bigint | null
  max_balance: bigint | null
  metadata: Metadata | null
  version: bigint | null
  posted: bigint | null
  pending_out: bigint | null
  pending_in: bigint | null
}

const stateNames = new Map<number, AccountState>([
  [accountState.open, 'open'],
  [accountState.frozen, 'frozen'],
  [accountState.closed, 'closed'],
])

export function toAccount(book: BookNumber, row: AccountRow): Account {
  const state = stateNames.get(row.state)
  assert(state !== undefined, 'an account has a state that is not known')
  return {
    ...toName(row),
    book,
    state,
    minAvailable: row.min_available,
    maxBalance: row.max_balance,
    posted: row.posted ?? 0n,
    pendingOut: row.pending_out ?? 0n,
    pendingIn: row.pending_in ?? 0n,
    version: Number(row.version ?? 0n),
    metadata: row.metadata ?? {},
    createdAt: Number(row.created_at),
  }
}

export function toName(row: { id: string; code: string; asset: string }): { id: Uuid; code: string; asset: string } {
  return { id: toUuid(row.id), code: row.code, asset: row.asset }
}
