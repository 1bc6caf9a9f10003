import type {
  Account,
  AccountResult,
  Balance,
  Capture,
  Dispute,
  Entry,
  Item,
  MunimEvent,
  Order,
  Payment,
  Payout,
  Refund,
  Share,
  StatementSummary,
  TimelineItem,
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
  WireCapture,
  WireDispute,
  WireDisputeEvent,
  WireEntry,
  WireEvent,
  WireItem,
  WireOrder,
  WireOrderEvent,
  WirePayment,
  WirePaymentEvent,
  WirePayout,
  WirePayoutEvent,
  WireRefund,
  WireRefundEvent,
  WireShare,
  WireStatement,
  WireTimelineItem,
  WireTransfer,
  WireTransferBatch,
  WireTransferEvent,
  WireTransferResult,
  WireTrialBalance,
} from './wire.ts'

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

export function decodeShare(wire: WireShare): Share {
  return { ...wire, amount: BigInt(wire.amount) }
}

export function decodePayment(wire: WirePayment): Payment {
  return {
    ...wire,
    amount: BigInt(wire.amount),
    destinations: wire.destinations.map(decodeShare),
    fee: wire.fee === null ? null : decodeShare(wire.fee),
    amount_capturable: BigInt(wire.amount_capturable),
    amount_capturing: BigInt(wire.amount_capturing),
    amount_captured: BigInt(wire.amount_captured),
    amount_refunding: BigInt(wire.amount_refunding),
    amount_refunded: BigInt(wire.amount_refunded),
  }
}

export function decodeItem(wire: WireItem): Item {
  return { ...wire, price: BigInt(wire.price) }
}

export function decodeOrder(wire: WireOrder): Order {
  return {
    ...wire,
    amount: BigInt(wire.amount),
    lines: wire.lines.map((line) => ({ ...line, price: BigInt(line.price) })),
  }
}

export function decodeCapture(wire: WireCapture): Capture {
  return { ...wire, amount: BigInt(wire.amount) }
}

export function decodeDispute<Wire extends WireDispute>(
  wire: Wire,
): Omit<Wire, 'amount' | 'fee'> & Pick<Dispute, 'amount' | 'fee'> {
  return { ...wire, amount: BigInt(wire.amount), fee: wire.fee === null ? null : BigInt(wire.fee) }
}

export function decodeRefund(wire: WireRefund): Refund {
  return { ...wire, amount: BigInt(wire.amount), from: wire.from.map(decodeShare) }
}

export function decodePayout(wire: WirePayout): Payout {
  return { ...wire, amount: BigInt(wire.amount) }
}

export function decodeTimelineItem(wire: WireTimelineItem): TimelineItem {
  return {
    ...wire,
    transfers: wire.transfers.map((transfer) => ({
      ...transfer,
      amount: BigInt(transfer.amount),
      amount_posted: BigInt(transfer.amount_posted),
    })),
    attempt: wire.attempt === null ? null : { ...wire.attempt, amount: BigInt(wire.attempt.amount) },
  }
}

export function decodeEvent(wire: WireEvent): MunimEvent {
  if (isOf<WireAccountEvent>(wire, 'account')) return { ...wire, data: decodeAccount(wire.data) }
  if (isOf<WireTransferEvent>(wire, 'transfer')) return { ...wire, data: decodeTransfer(wire.data) }
  if (isOf<WirePaymentEvent>(wire, 'payment')) return { ...wire, data: decodePayment(wire.data) }
  if (isOf<WireRefundEvent>(wire, 'refund')) return { ...wire, data: decodeRefund(wire.data) }
  if (isOf<WirePayoutEvent>(wire, 'payout')) return { ...wire, data: decodePayout(wire.data) }
  if (isOf<WireDisputeEvent>(wire, 'dispute')) return { ...wire, data: decodeDispute(wire.data) }
  if (isOf<WireOrderEvent>(wire, 'order')) return { ...wire, data: decodeOrder(wire.data) }
  // An event of a newer server; its amounts stay digit strings.
  return wire as unknown as MunimEvent
}

function isOf<Event extends WireEvent>(wire: WireEvent, noun: string): wire is Event {
  return wire.type.startsWith(`${noun}.`)
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

export function decodeCase<Wire extends { readonly amount: string | null }>(
  wire: Wire,
): Omit<Wire, 'amount'> & { readonly amount: bigint | null } {
  return { ...wire, amount: wire.amount === null ? null : BigInt(wire.amount) }
}
