import type { CallOptions, Munim, MunimError } from '@munim/sdk'
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

export async function until(
  isSo: () => Promise<boolean>,
  withinMs: number,
  { everyMs = 150 }: { readonly everyMs?: number } = {},
): Promise<boolean> {
  const deadline = performance.now() + withinMs
  for (;;) {
    if (await isSo()) return true
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
