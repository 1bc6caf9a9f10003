import { expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { findCallOf } from './find-call.ts'
import type { InboxEntry } from './inbox-store.ts'
import { inquiriesAfter } from './inquiries.ts'
import type { FindCall, KnownCall, RailAdapter } from './rail-adapter.ts'
import { receiveCallback } from './receive-callback.ts'

const known: KnownCall = { id: newUuid(), operation: 'charge', handle: { key: 'k-1' } }
const stored = async ({ railReference }: { readonly railReference: string }) =>
  railReference === 'r-1' ? known : undefined

it('finds a call by the reference of the rail', async () => {
  const asked: unknown[] = []
  const findCall = findCallOf('post', async (wanted) => {
    asked.push(wanted)
    return stored(wanted)
  })
  expect(await findCall('r-1')).toEqual(known)
  expect(await findCall('r-2')).toBeUndefined()
  expect(asked).toEqual(['r-1', 'r-2'].map((railReference) => ({ rail: 'post', railReference })))
})

it('does not look for what is no reference', async () => {
  const findCall = findCallOf('post', () => Promise.reject(new Error('it looked')))
  expect(await findCall('')).toBeUndefined()
  expect(await findCall('x'.repeat(201))).toBeUndefined()
})

it('looks a hundred times for a message', async () => {
  const findCall = findCallOf('post', stored)
  for (let time = 0; time < 100; time += 1) await findCall('r-1')
  await expect(findCall('r-1')).rejects.toMatchObject({ code: 'rail_calls_too_many', retryable: false })
})

it('has one deadline for all look-ups of a message, after which the rail repeats it', async () => {
  const findCall = findCallOf('post', () => new Promise(() => undefined), 50)
  const looked = await Promise.allSettled([findCall('r-1'), findCall('r-2')])
  const late = { status: 'rejected', reason: { code: 'rail_call_look_up_slow', retryable: true } }
  expect(looked).toMatchObject([late, late])
  await expect(findCall('r-3')).rejects.toMatchObject({ code: 'rail_call_look_up_slow' })
})

it('lets a callback be read with the handle of the call that it names', async () => {
  const entries: InboxEntry[] = []
  const read = async ({ body }: { readonly body: Buffer }, findCall: FindCall) => {
    const call = await findCall(body.toString())
    const outcome = { kind: 'succeeded', railReference: body.toString(), amount: 1n } as const
    if (call?.handle?.key !== 'k-1') return { readings: [{ kind: 'problem', reason: 'its key is not known' } as const] }
    const about = { rail: 'post', eventId: 'e-1', railReference: 'r-1', call: call.id, operation: call.operation }
    return { readings: [{ kind: 'event', event: { ...about, outcome, occurredAt: 0 } } as const] }
  }
  const adapter: RailAdapter = {
    name: 'post',
    capabilities: { operations: new Set(['charge']), inquiries: inquiriesAfter(1_000), authorizationMs: 0 },
    submit: async () => ({ kind: 'unknown', why: 'not used' }),
    inquire: async () => ({ kind: 'unknown', why: 'not used' }),
    probe: async () => true,
    close: async () => undefined,
    callbacks: { isGenuine: () => true, read },
  }
  const inbox = { receive: async (entry: InboxEntry) => void entries.push(entry) }
  const deps = { adapter: () => adapter, inbox, findCall: stored }
  for (const text of ['r-1', 'r-2']) {
    const message = { header: () => undefined, body: Buffer.from(text) }
    expect(await receiveCallback(deps, { rail: 'post', message })).toMatchObject({ ok: true })
  }
  expect(entries.map(({ reading }) => reading)).toMatchObject([
    { kind: 'event', event: { call: known.id } },
    { kind: 'problem', reason: 'its key is not known' },
  ])
})
