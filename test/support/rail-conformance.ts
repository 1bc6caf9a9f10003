import { newUuid } from '#platform/ids'
import type { RailAdapter, RailCall, RailReversal } from '#rails'
import type { RailSimulatorProcess } from './rail-simulator-process.ts'

/** What the suites of single capabilities share with the main one. `hasty`: with a short deadline. */
export type Suite = {
  readonly simulator: () => RailSimulatorProcess
  readonly adapter: () => RailAdapter
  readonly hasty: () => RailAdapter
  readonly asking: (instrument: string, also?: Partial<RailCall>) => RailCall
}

export function reversalOf(original: RailCall): RailReversal {
  return { id: newUuid(), original }
}

/** What calls of a server that cannot be reached come to, besides submissions: of those that the adapter has. */
export async function unreachedCalls(adapter: RailAdapter, original: RailCall) {
  const { id, amount, asset, instrument } = original
  const terms = { amountRule: 'max', amount, asset, frequency: 'monthly' } as const
  const call = { id, mandate: id, reference: 'mdt_1', terms, instrument }
  const notice = { amount, asset, debitAt: 0, number: 1 }
  const answers = await Promise.all([
    adapter.reverse?.(reversalOf(original)),
    adapter.createMandate?.(call),
    adapter.amendMandate?.(call, { kind: 'pause' }),
    adapter.cancelMandate?.(call),
    adapter.notifyDebit?.(call, notice),
  ])
  return answers.filter((answer) => answer !== undefined)
}
