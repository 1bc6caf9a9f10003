import { MunimError, type Payment } from '@munim/sdk'
import { purses } from './market.ts'
import { eachAtOnce, type PaymentsStage, waiting } from './payments-stage.ts'
import type { GivingBack, PaymentsPlan, PlannedStay } from './plan-pay-ins.ts'

/** The rates of faults by rail. The seed decides which requests fail. */
export const faultRates = {
  card: {
    decline: 0.08,
    timeout_happened: 0.04,
    timeout_not_happened: 0.04,
    reset_happened: 0.04,
    http_500: 0.04,
    http_500_happened: 0.04,
    slow: 0.04,
    wrong_amount: 0.01,
  },
  upi: {
    decline: 0.08,
    timeout_happened: 0.03,
    http_500: 0.03,
    http_500_happened: 0.03,
    duplicate_callback: 0.1,
    callback_before_response: 0.1,
    out_of_order: 0.1,
    no_callback: 0.06,
    late_success: 0.03,
  },
  bank: { decline: 0.1, http_500: 0.05, http_500_happened: 0.05, duplicate_callback: 0.1, late_success: 0.03 },
} as const

const howLongStaysAreHeldMs = 15_000

export async function trade(stage: PaymentsStage, plan: PaymentsPlan): Promise<void> {
  const { munim, rails, seed } = stage
  for (const [rail, rates] of Object.entries(faultRates)) {
    await rails.control('faults', { rail, rates, seed, by: 'instrument' })
  }
  const over = (name: string) =>
    plan.payIns.filter(({ payment }) => 'rail' in payment.source && payment.source.rail === name)
  const payIn = async ({ payment, givingBack }: PaymentsPlan['payIns'][number]) => {
    const paid = await munim.payments.create(payment, waiting)
    if (paid.state === 'succeeded') await giveBack(stage, paid, givingBack)
  }
  await Promise.all([
    eachAtOnce(over('card'), 8, payIn),
    eachAtOnce(over('upi'), 8, payIn),
    eachAtOnce(over('bank'), 25, payIn),
    eachAtOnce(plan.stays, 9, (stay) => playStay(stage, stay)),
    eachAtOnce(plan.sends, 4, async (send) => void (await munim.payments.create(send))),
    eachAtOnce(plan.payouts, 4, async (payout) => {
      await munim.payouts.create({ ...payout, asset: 'INR', vendor: 'haat' })
    }),
  ])
}

async function giveBack(stage: PaymentsStage, { id, amount }: Payment, what: GivingBack): Promise<void> {
  const refund = async (part?: bigint, wallet?: string) => {
    await orRefused(stage, () =>
      stage.munim.refunds.create(
        {
          payment: id,
          ...(part === undefined ? {} : { amount: part }),
          ...(wallet === undefined ? {} : { to: { wallet } }),
        },
        waiting,
      ),
    )
  }
  switch (what) {
    case 'nothing':
      return
    case 'whole':
      return refund()
    case 'part':
      return refund(amount / 3n)
    case 'parts':
      // Both at once, each of the same remaining amount: neither may take the other's part.
      await Promise.all([refund(amount / 4n), refund(amount / 2n)])
      return refund(amount / 8n)
    case 'to_purse':
      return refund(amount / 2n, purses[0])
  }
}

async function playStay(stage: PaymentsStage, { payment, ending }: PlannedStay): Promise<void> {
  const { payments } = stage.munim
  const lapses = { expires_at: new Date(Date.now() + howLongStaysAreHeldMs).toISOString() }
  const held = await payments.create({ ...payment, ...(ending === 'expired' ? lapses : {}) }, waiting)
  if (held.state !== 'authorized') return
  const { id, amount } = held
  const capture = (part: bigint, final: boolean) =>
    orRefused(stage, () => payments.capture(id, { amount: part, final }, waiting))
  switch (ending) {
    case 'whole':
      await orRefused(stage, () => payments.capture(id, {}, waiting))
      return
    case 'part':
      await capture((amount * 3n) / 5n, true)
      return
    case 'parts':
      await capture(amount / 3n, false)
      await capture(amount / 4n, false)
      await capture(amount / 5n, true)
      return
    case 'grown':
      await orRefused(stage, () => payments.increment(id, 5_000n, waiting))
      await orRefused(stage, () => payments.capture(id, {}, waiting))
      return
    case 'canceled':
      await orRefused(stage, () => payments.cancel(id, waiting))
      return
    case 'expired':
      return
  }
}

/** With failing rails, a request may have become pointless. A refusal is then a valid answer. */
export async function orRefused<Answer>(
  { refused }: Pick<PaymentsStage, 'refused'>,
  request: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await request()
  } catch (error) {
    if (!(error instanceof MunimError)) throw error
    refused(error)
    return undefined
  }
}
