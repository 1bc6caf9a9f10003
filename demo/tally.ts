import { MunimError, type Transfer, type TransferBatch } from '@munim/sdk'
import type { DaySummary, Pace } from './day-summary.ts'

/** An answer differs from the day's plan: the demo has found a fault. */
export class Surprise extends Error {
  override readonly name = 'Surprise'
}

type Refusal = { readonly code: string; readonly example: string }

export type Tally = {
  readonly book: (transfer: Transfer) => void
  readonly refuse: (refusal: Refusal) => void
  readonly pace: (pace: Pace) => void
  readonly tell: (story: { readonly title: string; readonly text: string }) => void
  readonly bookAll: (batch: TransferBatch) => Transfer[]
  readonly expectRefusal: (refusal: Refusal, work: () => Promise<unknown>) => Promise<MunimError>
  readonly read: () => Pick<DaySummary, 'moved' | 'refusals' | 'throughput' | 'stories'>
}

export function createTally(): Tally {
  const moved = new Map<string, { asset: string; transfers: number; amount: bigint }>()
  const refusals = new Map<string, { code: string; count: number; example: string }>()
  const throughput: Pace[] = []
  const stories: { title: string; text: string }[] = []

  const book = ({ asset, amount_posted }: Transfer) => {
    const sum = moved.get(asset) ?? { asset, transfers: 0, amount: 0n }
    moved.set(asset, { asset, transfers: sum.transfers + 1, amount: sum.amount + amount_posted })
  }
  const refuse = ({ code, example }: Refusal) => {
    refusals.set(code, { code, count: (refusals.get(code)?.count ?? 0) + 1, example })
  }
  return {
    book,
    refuse,
    pace: (pace) => throughput.push(pace),
    tell: (story) => stories.push(story),
    bookAll: (batch) =>
      batch.results.map(({ transfer, error }) => {
        if (transfer === undefined) throw new Surprise(`refused with ${error?.code}: ${error?.detail}`)
        if (!transfer.pending) book(transfer)
        return transfer
      }),
    expectRefusal: async ({ code, example }, work) => {
      const error = await work().then(
        () => new Surprise(`was done, though it must be refused with ${code} (${example})`),
        (thrown: unknown) => thrown,
      )
      if (!(error instanceof MunimError)) throw error
      if (error.code !== code) throw new Surprise(`refused with ${error.code} instead of ${code} (${example})`)
      refuse({ code, example })
      return error
    },
    read: () => ({
      moved: [...moved.values()],
      refusals: [...refusals.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
      throughput,
      stories,
    }),
  }
}
