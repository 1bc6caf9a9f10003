import { expect, it } from 'vitest'
import type { RailAdapter } from './rail-adapter.ts'
import { requireMembers } from './require-members.ts'
import { createCardRail } from './simulator/card-rail.ts'
import { createUpiRail } from './simulator/upi-rail.ts'

const options = { url: 'http://127.0.0.1:1', callbackSecrets: () => [], timeoutMs: 1_000 }
const card = createCardRail({ ...options, name: 'card', onUnknown: 'reverse' })
const upi = createUpiRail({ ...options, name: 'upi' })

it('takes rails that can do what they declare', () => {
  for (const adapter of [card, upi]) expect(() => requireMembers(adapter)).not.toThrow()
})

it.each([
  [
    'reverse',
    createUpiRail({ ...options, name: 'upi', onUnknown: 'reverse' }),
    'The rail upi says that a call without an answer is reversed, and its adapter has no "reverse".',
  ],
  [
    'reverse, for some operations',
    withRule(upi, { default: 'inquire', payout: 'reverse-after-inquiries' }),
    'The rail upi says that a call without an answer is reversed, and its adapter has no "reverse".',
  ],
  [
    'cancelMandate',
    without(upi, 'cancelMandate'),
    'The rail upi says that it keeps mandates, and its adapter has no "cancelMandate".',
  ],
])('refuses a rail without %s in one sentence', (_what, adapter, message) => {
  expect(() => requireMembers(adapter)).toThrow(message)
})

function withRule(adapter: RailAdapter, onUnknown: NonNullable<RailAdapter['capabilities']['onUnknown']>): RailAdapter {
  return { ...adapter, capabilities: { ...adapter.capabilities, onUnknown } }
}

function without(adapter: RailAdapter, member: 'cancelMandate'): RailAdapter {
  const { [member]: _, ...rest } = adapter
  return rest
}
