import type { Munim } from '@munim/sdk'
import { poll } from '../scripts/poll.ts'
import type { PaymentsStage } from './payments-stage.ts'
import { orRefused } from './trade.ts'

const settleMs = 40_000

type Open = { readonly payments: number; readonly refunds: number; readonly payouts: number }

/** Releases holds that are no longer needed, and waits until everything has ended or has a case. */
export async function settleDay(stage: PaymentsStage): Promise<boolean> {
  let reported = ''
  return poll(
    async () => {
      await releaseHeld(stage)
      const { payments, refunds, payouts } = await countOpen(stage.munim)
      const now = `still under way: ${payments} payments, ${refunds} refunds, ${payouts} payouts`
      const isOver = payments + refunds + payouts === 0
      if (!isOver && now !== reported) stage.say(now)
      reported = now
      return isOver
    },
    Boolean,
    { withinMs: settleMs, everyMs: 500 },
  )
}

/** Counts over all pages, as a page may be short on a busy server. */
async function countOpen({ payments, refunds, payouts }: Munim): Promise<Open> {
  const processing = { state: 'processing', limit: 100 } as const
  const [paying, held, refunding, payingOut] = await Promise.all([
    count(payments.list(processing)),
    count(payments.list({ state: 'authorized', limit: 100 })),
    count(refunds.list(processing)),
    count(payouts.list(processing)),
  ])
  return { payments: paying + held, refunds: refunding, payouts: payingOut }
}

async function count(items: AsyncIterable<unknown>): Promise<number> {
  let found = 0
  for await (const _ of items) found += 1
  return found
}

/** A capture that a rail declined leaves money held; at the end of the day no client needs it. */
async function releaseHeld(stage: PaymentsStage): Promise<void> {
  const soon = Date.now() + settleMs
  for await (const { id, expires_at, amount_capturing } of stage.munim.payments.list({ state: 'authorized' })) {
    const lapsesSoon = expires_at !== null && Date.parse(expires_at) < soon
    if (!lapsesSoon && amount_capturing === 0n) await orRefused(stage, () => stage.munim.payments.cancel(id))
  }
}
