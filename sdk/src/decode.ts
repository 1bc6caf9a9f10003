import type {
  Account,
  AccountResult,
  Balance,
  Entry,
  MunimEvent,
  StatementSummary,
  Transfer,
  TransferBatch,
  TransferResult,
  TrialBalanceRow,
} from './types.ts'
import type {
  WireAccount,
  WireAccountEvent,
  WireAccountResult,
  WireBalance,
  WireEntry,
  WireEvent,
  WireStatement,
  WireTransfer,
  WireTransferBatch,
  WireTransferResult,
  WireTrialBalance,
} from './wire.ts'

/** Turns the digit strings of an account into bigints. */
export function decodeAccount(wire: WireAccount): Account {
  return {
    ...wire,
    min_available: wire.min_available === null ? null : BigInt(wire.min_available),
    max_balance: wire.max_balance === null ? null : BigInt(wire.max_balance),
    posted: BigInt(wire.posted),
    pending: BigInt(wire.pending),
    pending_in: BigInt(wire.pending_in),
    available: BigInt(wire.available),
  }
}

export function decodeTransfer(wire: WireTransfer): Transfer {
  return { ...wire, amount: BigInt(wire.amount), amount_posted: BigInt(wire.amount_posted) }
}

export function decodeEntry(wire: WireEntry): Entry {
  return {
    ...wire,
    amount: BigInt(wire.amount),
    pending_change: BigInt(wire.pending_change),
    posted: BigInt(wire.posted),
    pending: BigInt(wire.pending),
    pending_in: BigInt(wire.pending_in),
    available: BigInt(wire.available),
  }
}

export function decodeBalance(wire: WireBalance): Balance {
  return {
    ...wire,
    posted: BigInt(wire.posted),
    pending: BigInt(wire.pending),
    pending_in: BigInt(wire.pending_in),
    available: BigInt(wire.available),
  }
}

export function decodeStatement(wire: WireStatement): StatementSummary {
  const { data: _data, has_more: _more, next_cursor: _cursor, ...summary } = wire
  return {
    ...summary,
    opening: BigInt(wire.opening),
    closing: BigInt(wire.closing),
    total_in: BigInt(wire.total_in),
    total_out: BigInt(wire.total_out),
  }
}

export function decodeTrialBalanceRow<Row extends WireTrialBalance['totals'][number]>(
  wire: Row,
): Omit<Row, 'debit' | 'credit'> & Pick<TrialBalanceRow, 'debit' | 'credit'> {
  return { ...wire, debit: BigInt(wire.debit), credit: BigInt(wire.credit) }
}

export function decodeEvent(wire: WireEvent): MunimEvent {
  return isAccountEvent(wire)
    ? { ...wire, data: decodeAccount(wire.data) }
    : { ...wire, data: decodeTransfer(wire.data) }
}

function isAccountEvent(wire: WireEvent): wire is WireAccountEvent {
  return wire.type.startsWith('account.')
}

export function decodeAccountResult(wire: WireAccountResult): AccountResult {
  const { account, error, status } = wire
  if (account) return { status, account: decodeAccount(account) }
  return { status, error: error ?? missingError }
}

export function decodeTransferBatch(wire: WireTransferBatch): TransferBatch {
  return { ...wire, results: wire.results.map(decodeTransferResult) }
}

function decodeTransferResult(wire: WireTransferResult): TransferResult {
  const { transfer, error, status } = wire
  if (transfer) return { status, transfer: decodeTransfer(transfer) }
  return { status, error: error ?? missingError }
}

const missingError = { code: 'unexpected_answer', detail: 'The server gave neither a result nor a reason' }
