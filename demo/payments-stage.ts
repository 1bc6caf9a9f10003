import type { CallOptions, Munim, MunimError } from '@munim/sdk'
import { poll } from '../scripts/poll.ts'
import type { DemoRails } from './demo-rails.ts'

export type PaymentsStage = {
  readonly seed: number
  /** Acts in the book of the day. */
  readonly munim: Munim
  readonly admin: Munim
  readonly rails: DemoRails
  readonly say: (text: string) => void
  readonly refused: (error: MunimError) => void
}

/** Long enough for most payments to end while the client waits. */
export const waiting: CallOptions = { wait: 5 }

export async function eachAtOnce<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}

export function until(isSo: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  return poll(isSo, Boolean, { withinMs, everyMs: 150 })
}
