import { expect, test } from 'vitest'
import { encodeId, idPrefix, parseTimestamp, type Timestamp } from '#kernel'
import { renderAccount } from '../accounts/render-account.ts'
import type { Account, Transfer } from '../commands.ts'
import { renderTransfer } from './render-transfer.ts'

const time = (text: string): Timestamp => parseTimestamp(text) ?? Number.NaN
const ids = [
  '018f3a5c9e7d7a1bb2c3d4e5f6a7b8c9',
  '018f3a5c9e7d7a1bb2c3d4e5f6a7b8ca',
  '018f3a5c9e7d7a1bb2c3d4e5f6a7b8cb',
] as const
const hostile = 'quote " backslash \\ newline \n lone surrogate \ud800 </script> \u2028'

const posted: Transfer = {
  id: ids[0],
  book: 1,
  position: 1,
  source: { id: ids[1], code: 'world', asset: 'USD' },
  destination: { id: ids[2], code: 'customers:42:wallet', asset: 'USD' },
  amount: 9_223_372_036_854_775_807n,
  asset: 'USD',
  state: 'posted',
  amountPosted: 9_223_372_036_854_775_807n,
  pending: false,
  effectiveAt: time('2026-01-31T09:30:00.000001Z'),
  recordedAt: time('2026-01-31T09:30:00.000001Z'),
  metadata: {},
}

test('a posted transfer is rendered with every field, absent ones as null', () => {
  expect(JSON.parse(renderTransfer(posted))).toEqual({
    id: encodeId(idPrefix.transfer, ids[0]),
    source: encodeId(idPrefix.account, ids[1]),
    source_code: 'world',
    destination: encodeId(idPrefix.account, ids[2]),
    destination_code: 'customers:42:wallet',
    amount: '9223372036854775807',
    asset: 'USD',
    state: 'posted',
    amount_posted: '9223372036854775807',
    pending: false,
    expires_at: null,
    reference: null,
    effective_at: '2026-01-31T09:30:00.000001Z',
    recorded_at: '2026-01-31T09:30:00.000001Z',
    resolved_at: null,
    metadata: {},
  })
})

test('times, reference and metadata of a transfer survive rendering, whatever characters they hold', () => {
  const transfer: Transfer = {
    ...posted,
    state: 'voided',
    pending: true,
    amountPosted: 0n,
    reference: hostile,
    metadata: { [hostile.slice(0, 40)]: hostile },
    effectiveAt: time('2025-12-31T23:59:59.999999Z'),
    expiresAt: time('2026-02-01T00:00:00Z'),
    resolvedAt: time('2026-01-31T10:00:00Z'),
  }
  expect(JSON.parse(renderTransfer(transfer))).toMatchObject({
    reference: hostile,
    metadata: { [hostile.slice(0, 40)]: hostile },
    effective_at: '2025-12-31T23:59:59.999999Z',
    recorded_at: '2026-01-31T09:30:00.000001Z',
    expires_at: '2026-02-01T00:00:00.000000Z',
    resolved_at: '2026-01-31T10:00:00.000000Z',
  })
})

test('an account is rendered with its available balance, and null for a missing limit', () => {
  const account: Account = {
    id: ids[1],
    code: 'customers:42:wallet',
    asset: 'USD',
    book: 1,
    state: 'frozen',
    minAvailable: -500n,
    maxBalance: null,
    posted: 100n,
    pendingOut: 250n,
    pendingIn: 7n,
    version: 12,
    metadata: { note: hostile },
    createdAt: time('2026-01-31T09:30:00.5Z'),
  }
  expect(JSON.parse(renderAccount(account))).toEqual({
    id: encodeId(idPrefix.account, ids[1]),
    code: 'customers:42:wallet',
    asset: 'USD',
    state: 'frozen',
    min_available: '-500',
    max_balance: null,
    posted: '100',
    pending: '250',
    pending_in: '7',
    available: '-150',
    version: 12,
    metadata: { note: hostile },
    created_at: '2026-01-31T09:30:00.500000Z',
  })
})
