import type { Operation } from './operation.ts'

const amounts = ['requested', 'amount', 'capturable', 'captured', 'refunded', 'disputed', 'returned'] as const

export type OperationRecord = Omit<Operation, (typeof amounts)[number]> & Record<(typeof amounts)[number], string>

export function toOperationRecord(operation: Operation): OperationRecord {
  return {
    ...operation,
    requested: String(operation.requested),
    amount: String(operation.amount),
    capturable: String(operation.capturable),
    captured: String(operation.captured),
    refunded: String(operation.refunded),
    disputed: String(operation.disputed),
    returned: String(operation.returned),
  }
}

/** Fields that JSON omits are undefined again. */
export function fromOperationRecord(record: OperationRecord): Operation {
  return {
    ...record,
    requested: BigInt(record.requested),
    amount: BigInt(record.amount),
    capturable: BigInt(record.capturable),
    captured: BigInt(record.captured),
    refunded: BigInt(record.refunded),
    disputed: BigInt(record.disputed),
    // Journals of older simulators have no returns.
    returned: BigInt(record.returned ?? 0),
    returns: record.returns ?? [],
  }
}
