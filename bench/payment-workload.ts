import type { Ended, NewPayment, Payments } from '#payments'
import { codeOf, uniform } from './ledger-workload.ts'

export type PayIn = 'wallet' | 'card'

type Wanted = { readonly accounts: number; readonly from: PayIn; readonly unique: number }

export function newPayment({ accounts, from, unique }: Wanted): NewPayment {
  const [source, destination] = uniform(accounts)()
  return {
    ...{ book: 1, amount: 1250n, asset: 'USD', capture: 'automatic', reference: `order-${unique}` },
    source:
      from === 'wallet'
        ? { kind: 'wallet', account: codeOf(source) }
        : { kind: 'rail', rail: 'card', instrument: 'card_ok', otherRails: [] },
    destinations: [{ account: codeOf(destination), amount: 1250n }],
    metadata: {},
  }
}

export type LoadOptions = {
  readonly accounts: number
  readonly from: PayIn
  readonly inFlight: number
  readonly seconds: number
  readonly onEnd?: (latencyMs: number) => void
}

const endTimeoutMs = 30_000
let made = Date.now() * 1_000

/** Throws when a payment does not succeed. */
export async function keepInFlight(payments: Payments, options: LoadOptions): Promise<{ readonly ended: number }> {
  const { accounts, from, inFlight, seconds, onEnd } = options
  const end = performance.now() + seconds * 1000
  let ended = 0
  const client = async () => {
    while (performance.now() < end) {
      const begin = performance.now()
      made += 1
      const accepted = await payments.createPayment(newPayment({ accounts, from, unique: made }))
      if (accepted.kind !== 'done' || !accepted.value.ok) throw new Error('a payment of the bench was refused')
      const { id } = accepted.value.value
      must(await payments.waitForEnd({ kind: 'payment', id, book: 1 }, endTimeoutMs))
      ended += 1
      onEnd?.(performance.now() - begin)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, client))
  return { ended }
}

function must(ended: Ended | undefined): void {
  if (ended?.row.state === 'succeeded') return
  throw new Error(`a payment of the bench is ${ended?.row.state ?? 'still processing'}: ${ended?.row.reason ?? ''}`)
}
