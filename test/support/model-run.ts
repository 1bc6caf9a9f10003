import { type Account, type CreateAccount, getAccount, type Ledger, verifyLedger } from '#ledger'
import type { Database } from '#platform/postgres'
import { checkAgainstModel } from './ledger-check.ts'
import { readHistory } from './ledger-history.ts'
import { type Answered, type LoadOptions, loadAccounts, putLoad } from './ledger-load.ts'
import { headAt, type ModelHead, type ModelHold } from './ledger-model.ts'
import { firstBook, opening } from './test-books.ts'

export type ModelRun = {
  readonly answered: Answered
  readonly wrong: readonly string[]
}

export async function runModel(
  { database, ledgers }: { readonly database: Database; readonly ledgers: readonly [Ledger, Ledger] },
  load: Omit<LoadOptions, 'database' | 'ledgers' | 'book'>,
): Promise<ModelRun> {
  const opened = await openAccounts(database, ledgers[0])
  const answered = await putLoad({ database, ledgers, book: firstBook, ...load })
  // Nothing may run while the history is read, not even the expiry of holds.
  for (const ledger of new Set(ledgers)) await ledger.stop(5_000)
  const { wrong, heads, holds } = checkAgainstModel(answered, await readHistory(database, firstBook), opened)
  for (const [code, written] of heads) {
    const { account, clock } = await readAt(database, code, holds)
    const head = headAt(written, code, holds, clock)
    const isSame =
      account?.posted === head.posted &&
      account.pendingOut === head.pendingOut &&
      account.pendingIn === head.pendingIn &&
      account.version === head.version
    if (!isSame) wrong.push(`${code} stands at ${textOf(account)}, and at ${textOf(head)} in the model`)
  }
  const { checks } = await verifyLedger(database)
  return { answered, wrong: [...wrong, ...checks.flatMap(({ findings }) => findings)] }
}

/** Reads an account at a time at which no hold lapsed. */
async function readAt(database: Database, code: string, holds: readonly ModelHold[]) {
  for (;;) {
    const clock = await clockOf(database)
    const account = await getAccount(database, firstBook, code)
    const after = await clockOf(database)
    if (!holds.some(({ expiresAt = 0 }) => expiresAt > clock && expiresAt <= after)) return { account, clock }
  }
}

async function clockOf(database: Database): Promise<number> {
  const [row] = await database.query<{ now: bigint }>({
    text: 'select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now',
  })
  return Number(row?.now)
}

function textOf(head: Pick<ModelHead, 'posted' | 'pendingOut' | 'pendingIn' | 'version'> | undefined): string {
  return head === undefined
    ? 'nothing'
    : `${head.posted}, ${head.pendingOut} out, ${head.pendingIn} in, version ${head.version}`
}

async function openAccounts(database: Database, ledger: Ledger): Promise<Account[]> {
  const limits: Record<string, Partial<CreateAccount>> = {
    world: { minAvailable: null },
    hot: { minAvailable: null },
    d: { maxBalance: 300n },
    euro: { asset: 'EUR', minAvailable: null },
  }
  const commands = loadAccounts.map((code) => opening(code, limits[code] ?? {}))
  const outcomes = await database.transaction((tx) => ledger.createAccounts(tx, commands))
  return outcomes.flatMap((outcome) => (outcome.ok ? [outcome.account] : []))
}

export function countAnswers({ groups }: Answered): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { outcome, mode } of groups.flat()) {
    if (mode === 'dry' || mode === 'undone') continue
    const answer = outcome.replayed ? 'replayed' : outcome.ok ? 'booked' : outcome.refusal.code
    counts.set(answer, (counts.get(answer) ?? 0) + 1)
  }
  return counts
}
