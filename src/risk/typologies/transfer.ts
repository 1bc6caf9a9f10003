import type { Timestamp } from '#kernel'

/** A booked transfer, as the books give it. The amount is in minor units of the asset, and positive. */
export type FlowTransfer = {
  readonly id: string
  readonly at: Timestamp
  readonly source: string
  readonly destination: string
  readonly amount: bigint
  readonly asset: string
}

/** The same as JSON: id, time, source, destination, amount as digits, asset. */
export type TransferRow = readonly [string, Timestamp, string, string, string, string]

export function transferRow(transfer: FlowTransfer): TransferRow {
  return [transfer.id, transfer.at, transfer.source, transfer.destination, transfer.amount.toString(), transfer.asset]
}

export function transferOfRow([id, at, source, destination, amount, asset]: TransferRow): FlowTransfer {
  return { id, at, source, destination, amount: BigInt(amount), asset }
}
