import type { FlowTransfer } from './transfer.ts'

/** A transfer as the graph keeps it. `order` is its place in the order of arrival, and decides among equal times. */
export type StoredTransfer = FlowTransfer & { readonly order: number }
