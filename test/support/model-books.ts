import type { CreateTransfer, LedgerRefusal, LedgerRefusalCode, TransferCommand } from '#ledger'

type ModelAccount = { posted: bigint; held: bigint; readonly minAvailable: bigint | null; isFrozen: boolean }

type ModelHold = { readonly source: string; readonly destination: string; readonly amount: bigint; isOpen: boolean }

/** One book and one asset in memory, with the ledger's rules that payments need. */
export type ModelBooks = {
  readonly open: (code: string, minAvailable?: bigint | null) => void
  readonly fund: (code: string, amount: bigint) => void
  readonly freeze: (code: string, isFrozen: boolean) => void
  /** All or nothing; returns the first refusal. */
  readonly book: (commands: readonly TransferCommand[]) => LedgerRefusal | undefined
  readonly posted: (code: string) => bigint
  readonly held: (code: string) => bigint
  readonly codes: () => readonly string[]
  /** Keeps all of it, and returns what puts it back. */
  readonly keep: () => () => void
}

const world = 'world'

export function createModelBooks(isChartAccount: (code: string) => boolean): ModelBooks {
  let accounts = new Map<string, ModelAccount>()
  let holds = new Map<string, ModelHold>()
  const open = (code: string, minAvailable: bigint | null = 0n) => {
    accounts.set(code, { posted: 0n, held: 0n, minAvailable, isFrozen: false })
  }
  open(world, null)
  const account = (code: string) => {
    if (!accounts.has(code) && isChartAccount(code)) open(code, null)
    return accounts.get(code)
  }
  const move = (source: ModelAccount, destination: ModelAccount, amount: bigint) => {
    source.posted -= amount
    destination.posted += amount
  }
  const create = (command: CreateTransfer): LedgerRefusalCode | undefined => {
    const source = account(command.source)
    const destination = account(command.destination)
    if (source === undefined || destination === undefined) return 'account_not_found'
    if (source === destination) return 'accounts_must_differ'
    if (command.amount <= 0n) throw new Error('an amount is positive')
    if (source.isFrozen || destination.isFrozen) return 'account_frozen'
    const { minAvailable } = source
    const available = source.posted - source.held - command.amount
    if (minAvailable !== null && available < minAvailable) return 'insufficient_funds'
    if (command.pending !== true) {
      move(source, destination, command.amount)
      return undefined
    }
    if (holds.has(command.id)) return 'id_already_used'
    source.held += command.amount
    holds.set(command.id, { ...command, isOpen: true })
    return undefined
  }
  const end = (command: Exclude<TransferCommand, CreateTransfer>): LedgerRefusalCode | undefined => {
    const hold = holds.get(command.id)
    if (hold === undefined) return 'transfer_not_found'
    if (!hold.isOpen) return 'transfer_already_posted'
    const source = account(hold.source)
    const destination = account(hold.destination)
    if (source === undefined || destination === undefined) return 'account_not_found'
    if (command.kind === 'post') {
      const amount = command.amount ?? hold.amount
      if (amount > hold.amount) return 'amount_exceeds_hold'
      if (source.isFrozen || destination.isFrozen) return 'account_frozen'
      move(source, destination, amount)
    }
    source.held -= hold.amount
    hold.isOpen = false
    return undefined
  }
  const apply = (command: TransferCommand) => (command.kind === 'create' ? create(command) : end(command))
  return {
    open,
    fund: (code, amount) => {
      const [from, to] = [account(world), account(code)]
      if (from !== undefined && to !== undefined) move(from, to, amount)
    },
    freeze: (code, isFrozen) => {
      const found = account(code)
      if (found !== undefined) found.isFrozen = isFrozen
    },
    book: (commands) => {
      const before = { accounts: copy(accounts), holds: copy(holds) }
      for (const command of commands) {
        const code = apply(command)
        if (code === undefined) continue
        accounts = before.accounts
        holds = before.holds
        return { code, message: code }
      }
      return undefined
    },
    posted: (code) => accounts.get(code)?.posted ?? 0n,
    held: (code) => accounts.get(code)?.held ?? 0n,
    codes: () => [...accounts.keys()],
    keep: () => {
      const kept = { accounts: copy(accounts), holds: copy(holds) }
      return () => {
        accounts = copy(kept.accounts)
        holds = copy(kept.holds)
      }
    },
  }
}

function copy<Value extends object>(rows: ReadonlyMap<string, Value>): Map<string, Value> {
  return new Map([...rows].map(([key, row]) => [key, { ...row }]))
}
