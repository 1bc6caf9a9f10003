import type { CallOptions, Munim, MunimError } from '@munim/sdk'
import type { DemoRails } from './demo-rails.ts'

/** Who acts on the day of payments, and where to say what is going on. */
export type PaymentsStage = {
  readonly seed: number
  /** Acts in the book of the day. */
  readonly munim: Munim
  /** An administrator in the same book. */
  readonly admin: Munim
  readonly rails: DemoRails
  readonly say: (text: string) => void
  /** Counts requests that were refused, by code: with rails that fail, some come too late. */
  readonly refused: (error: MunimError) => void
}

/** Long enough for most ends to come while the client waits for them. */
export const waiting: CallOptions = { wait: 5 }

/** Does the work for each item, so many at once. */
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

/** Looks again and again until it is so; answers whether it came in time. */
export async function until(isSo: () => Promise<boolean>, withinMs: number, everyMs = 150): Promise<boolean> {
  const deadline = performance.now() + withinMs
  for (;;) {
    if (await isSo()) return true
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
