import { expect } from 'vitest'
import {
  type AccountOutcome,
  type ChangeAccount,
  type CommandGroup,
  type CreateAccount,
  type CreateTransfer,
  createLedger,
  getAccount,
  type Ledger,
  type LedgerRefusalCode,
  type Transfer,
  type TransferCommand,
  type TransferOutcome,
  verifyLedger,
} from '#ledger'
import { newUuid } from '#platform/ids'
import { patience } from './patience.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

/** The ledger does not check whether a book exists. */
export const firstBook = 1
export const secondBook = 2

/** A ledger on a database of its own. Amounts are in USD. Codes that begin with `kept:` are the program's own. */
export type TestBooks = TestDatabase & {
  readonly ledger: Ledger
  readonly startAnother: () => Promise<Ledger>
  readonly open: (code: string, also?: Partial<CreateAccount>) => Promise<string>
  /** `world`, which has no limit, pays `amount`. */
  readonly openWith: (code: string, amount: bigint, also?: Partial<CreateAccount>) => Promise<string>
  readonly change: (account: string, change: Partial<ChangeAccount>) => ReturnType<Ledger['changeAccount']>
  readonly submit: (...commands: TransferCommand[]) => Promise<readonly TransferOutcome[]>
  readonly book: (command: TransferCommand) => Promise<Transfer>
  /** The database's time, in microseconds. */
  readonly clock: () => Promise<number>
  readonly balances: (code: string) => Promise<readonly [posted: bigint, pendingOut: bigint, pendingIn: bigint]>
  readonly stop: () => Promise<void>
  /** Stops after the books have been verified. */
  readonly stopInOrder: () => Promise<void>
}

export async function startTestBooks(): Promise<TestBooks> {
  const test = await createTestDatabase()
  const { database } = test
  const ledgers: Ledger[] = []
  const faults: Error[] = []
  const startAnother = async () => {
    const isReserved = (code: string) => code.startsWith('kept:')
    const ledger = createLedger({ database, isReserved, onFault: (fault) => faults.push(fault) })
    await ledger.start()
    ledgers.push(ledger)
    return ledger
  }
  const ledger = await startAnother()
  const submit = (...commands: TransferCommand[]) => ledger.submit({ commands, atomic: false })
  const book = async (command: TransferCommand) => bookedOf((await submit(command))[0])
  const open = async (code: string, also: Partial<CreateAccount> = {}) => {
    const [outcome] = await database.transaction((tx) => ledger.createAccounts(tx, [opening(code, also)]))
    if (outcome?.ok !== true) throw new Error(`${code} was not opened: ${outcome?.refusal.code}`)
    return code
  }
  const stop = async () => {
    for (const one of ledgers) await one.stop(patience(5_000))
    await test.drop()
    if (faults.length > 0) throw new AggregateError(faults, 'background work of the ledger met faults')
  }
  await open('world', { minAvailable: null })
  return {
    ...test,
    ledger,
    startAnother,
    submit,
    book,
    open,
    openWith: async (code, amount, also) => {
      await open(code, also)
      await book(moving('world', code, amount))
      return code
    },
    change: (account, change) =>
      database.transaction((tx) => ledger.changeAccount(tx, { book: firstBook, account, ...change })),
    clock: async () => {
      const [row] = await database.query<{ now: bigint }>({
        text: 'select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now',
      })
      return Number(row?.now)
    },
    balances: async (code) => {
      const account = await getAccount(database, firstBook, code)
      if (account === undefined) throw new Error(`there is no account ${code}`)
      return [account.posted, account.pendingOut, account.pendingIn]
    },
    stop,
    stopInOrder: async () => {
      const { checks } = await verifyLedger(database)
      await stop()
      expect(checks.flatMap(({ findings }) => findings)).toEqual([])
    },
  }
}

export function opening(code: string, also: Partial<CreateAccount> = {}): CreateAccount {
  const defaults = { book: firstBook, asset: 'USD', minAvailable: 0n, maxBalance: null, metadata: {} }
  return { ...defaults, id: newUuid(), idGiven: also.id !== undefined, code, ...also }
}

/** Or longer, on a slow machine. */
export async function heldForAMoment(
  { clock, submit }: Pick<TestBooks, 'clock' | 'submit'>,
  transfer: CreateTransfer,
  momentUs: number,
): Promise<{ readonly id: string; readonly expiresAt: number }> {
  for (let triedUs = momentUs; ; triedUs *= 2) {
    const [id, expiresAt] = [newUuid(), (await clock()) + triedUs]
    const [outcome] = await submit({ ...transfer, id, pending: true, expiresAt })
    if (outcome?.ok) return { id, expiresAt }
    if (outcome?.refusal.code !== 'expires_at_in_past') throw new Error(`a hold was refused: ${outcome?.refusal.code}`)
  }
}

/** With an `id` it is one that the client chose. */
export function moving(
  source: string,
  destination: string,
  amount: bigint,
  also: Partial<CreateTransfer> = {},
): CreateTransfer {
  const defaults = { kind: 'create', book: firstBook, id: newUuid(), idGiven: also.id !== undefined } as const
  return { ...defaults, source, destination, amount, asset: 'USD', ...also }
}

export const ending = {
  post: (id: string, amount?: bigint): TransferCommand => ({
    ...{ kind: 'post', book: firstBook, id },
    ...(amount === undefined ? undefined : { amount }),
  }),
  void: (id: string): TransferCommand => ({ kind: 'void', book: firstBook, id }),
  expire: (id: string): TransferCommand => ({ kind: 'expire', book: firstBook, id }),
} as const

export function together(...commands: TransferCommand[]): CommandGroup {
  return { commands, atomic: true }
}

export function bookedOf(outcome: TransferOutcome | undefined): Transfer {
  if (outcome?.ok !== true) throw new Error(`refused: ${outcome?.refusal.code} ${outcome?.refusal.param ?? ''}`)
  return outcome.transfer
}

/** A refusal's code and param, or the transfer's state; `again` marks a replay. */
export function brief(outcome: TransferOutcome | AccountOutcome): string {
  const again = outcome.replayed ? ' again' : ''
  if (!outcome.ok) return `${refusalText(outcome.refusal)}${again}`
  return `${'transfer' in outcome ? outcome.transfer.state : outcome.account.state}${again}`
}

function refusalText({ code, param }: { readonly code: LedgerRefusalCode; readonly param?: string }): string {
  return param === undefined ? code : `${code} (${param})`
}
