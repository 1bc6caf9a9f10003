import { type MachineContext, machines, type Payment, strandedBy } from '#payments'
import { derivedUuid, newUuid } from '#platform/ids'
import { inquiriesAfter } from '#rails'
import type { Compared } from './bench.ts'

const steps = 100_000
const rounds = 5

/** The step that begins a payment over a rail, with the check that it strands nothing, and without it. */
export async function measureCheck(): Promise<Record<string, Compared>> {
  const [checked, unchecked]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    checked.push(microsOf(true))
    unchecked.push(microsOf(false))
  }
  const median = (micros: number[]) => micros.toSorted((one, other) => one - other)[rounds >> 1] ?? 0
  return { 'one step of a payment': { cpu_us: { with: median(checked), without: median(unchecked) } } }
}

function microsOf(isChecked: boolean): number {
  const id = newUuid()
  const row = paymentOf(id)
  const before = { payments: new Map([[id, row]]), captures: none, refunds: none, payouts: none }
  const answered = { subject: { kind: 'payment' as const, id }, book: 1, input: { kind: 'start' as const } }
  const { usage, end } = cpu()
  let found = 0
  for (let done = 0; done < steps; done += 1) {
    const step = machines.payment(row, { kind: 'start' }, context)
    if (!isChecked) continue
    const { now } = context
    found += strandedBy({ answered, before, step, changes: [], now, attempts: none, lookUps: context }).length
  }
  if (found > 0) throw new Error('the step of the bench strands its payment')
  return Math.round((end(usage) / steps) * 100) / 100
}

function cpu() {
  const end = (before: NodeJS.CpuUsage) => {
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  return { usage: process.cpuUsage(), end }
}

const none = new Map<string, never>()
const noOthers = () => []

const context: MachineContext = {
  now: 1_700_000_000_000_000,
  newId: newUuid,
  ...{ derivedId: derivedUuid, renewableId: derivedUuid, random: () => 0.5, isUp: () => true },
  capabilities: () => ({
    operations: new Set(['charge'] as const),
    inquiries: inquiriesAfter(1_000),
    authorizationMs: 86_400_000,
  }),
  ...{ refundsOf: noOthers, returningOf: noOthers, attemptsOf: noOthers, broughtBy: noOthers },
  accounts: {
    clearing: ({ rail, asset }) => `rails:${rail}:clearing:${asset}`,
    suspense: (asset) => `suspense:${asset}`,
    fees: ({ rail, asset }) => `rails:${rail}:fees:${asset}`,
    writeOffs: (asset) => `write_offs:${asset}`,
  },
}

function paymentOf(id: string): Payment {
  return {
    ...{ id, book: 1, state: 'processing', reason: undefined, phase: 'new', asset: 'USD', amount: 100n },
    ...{ source: { kind: 'rail', rail: 'card', instrument: 'card_ok', otherRails: [] }, capture: 'automatic' },
    ...{ destinations: [{ account: 'shop', amount: 100n }], fee: undefined, holds: [] },
    ...{ amountCapturable: 0n, amountCapturing: 0n, amountCaptured: 0n, amountRefunding: 0n, amountRefunded: 0n },
    ...{ currentAttempt: undefined, rail: undefined, railReference: undefined, attempts: 0, version: 1 },
    ...{ vendor: 0, lane: 'standard', reference: undefined, metadata: {}, expiresAt: undefined },
    createdAt: context.now - 1_000_000,
  }
}
