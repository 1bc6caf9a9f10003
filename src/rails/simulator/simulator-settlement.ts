import type { RailSettlement } from '../rail-reports.ts'

const digits = /^\d{1,18}$/

/** Facts of another form are left out: they move no money. */
export function readSettlement(value: unknown): RailSettlement | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const said: Readonly<Record<string, unknown>> = { ...value }
  const amounts = { fee: said.fee, net: said.net, settledAmount: said.settled_amount }
  const texts = { asset: said.asset, settledOn: said.settled_on, batch: said.batch }
  const { references } = said
  return {
    ...Object.fromEntries(
      Object.entries(amounts).flatMap(([name, amount]) =>
        typeof amount === 'string' && digits.test(amount) ? [[name, BigInt(amount)]] : [],
      ),
    ),
    ...textsOf(texts),
    ...(typeof references === 'object' && references !== null && { references: textsOf({ ...references }) }),
  }
}

function textsOf(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.slice(0, 140)]] : [])),
  )
}
