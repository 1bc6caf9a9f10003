import type { RailSettlement } from '#rails'

type Amount = 'fee' | 'net' | 'settledAmount'

/** Amounts are digits. */
export type SettlementJson = Omit<RailSettlement, Amount> & Partial<Readonly<Record<Amount, string>>>

export function settlementJson({ fee, net, settledAmount, ...facts }: RailSettlement): SettlementJson {
  return {
    ...facts,
    ...(fee !== undefined && { fee: fee.toString() }),
    ...(net !== undefined && { net: net.toString() }),
    ...(settledAmount !== undefined && { settledAmount: settledAmount.toString() }),
  }
}

export function readSettlement({ fee, net, settledAmount, ...facts }: SettlementJson): RailSettlement {
  return {
    ...facts,
    ...(fee !== undefined && { fee: BigInt(fee) }),
    ...(net !== undefined && { net: BigInt(net) }),
    ...(settledAmount !== undefined && { settledAmount: BigInt(settledAmount) }),
  }
}
