import { expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { type Held, type HeldBatch, HeldMessages } from './held-messages.ts'

const kind = 'test.work'
let ids = 0n

function held(key: string, fields: { readonly kind?: string; readonly tenant?: number } = {}): Held {
  ids += 1n
  const message = {
    id: ids,
    lane: 'standard',
    kind,
    tenant: 1,
    book: 1,
  } as const
  return { message: { ...message, ...fields, subject: key as Uuid, dueAt: 0 }, handled: () => undefined }
}

const claim = (quota: number, tenants = [1]) => ({
  limit: quota,
  tenants: tenants.map((tenant) => ({ tenant, floor: 0n, quota })),
})
const keys = (batch: HeldBatch) => batch.map(({ message }) => message.subject)

function holding(...all: readonly Held[]): HeldMessages {
  const messages = new HeldMessages()
  for (const one of all) messages.add(one)
  return messages
}

it('picks the messages of a tenant in their order, up to its quota', () => {
  const messages = holding(held('a'), held('b'), held('c', { tenant: 2 }), held('a'))
  expect(keys(messages.pick(kind, claim(2)))).toEqual(['a', 'b'])
  expect(messages.waiting).toBe(2)
  expect(keys(messages.pick(kind, claim(2, [2])))).toEqual(['c'])
})

it('keeps a message until the earlier ones of its key are settled, and lets other keys pass', () => {
  const [first, second, other] = [held('a'), held('a'), held('b')]
  const messages = holding(first, second, other)
  const batch = messages.pick(kind, claim(1))
  expect(batch).toEqual([first])
  expect(messages.pick(kind, claim(5))).toEqual([other])
  expect(messages.pick(kind, claim(5))).toEqual([])
  expect(messages.settle(batch)).toMatchObject([{ kind, tenant: 1 }])
  expect(messages.pick(kind, claim(5))).toEqual([second])
})

it('keeps the order of a key across kinds and tenants', () => {
  const [first, second] = [held('a'), held('a', { kind: 'test.more', tenant: 2 })]
  const messages = holding(first, second)
  expect(messages.pick('test.more', claim(1, [2]))).toEqual([])
  const batch = messages.pick(kind, claim(1))
  expect(messages.settle(batch)).toEqual([{ lane: 'standard', kind: 'test.more', tenant: 2, book: 1 }])
  expect(messages.pick('test.more', claim(1, [2]))).toEqual([second])
})

it('gives a batch back before what came after it', () => {
  const all = [held('a'), held('b'), held('a'), held('c')]
  const messages = holding(...all)
  const batch = messages.pick(kind, claim(2))
  messages.giveBack(batch)
  expect(messages.waiting).toBe(4)
  expect(messages.pick(kind, claim(9))).toEqual(all)
})

it('forgets what waits when the partitions are divided again, and still keeps keys behind a running batch', () => {
  const messages = holding(held('a'), held('b'), held('a'))
  const running = messages.pick(kind, claim(1))
  messages.drop()
  expect(messages.waiting).toBe(0)
  const again = held('a')
  messages.add(again)
  expect(messages.pick(kind, claim(9))).toEqual([])
  messages.giveBack(running)
  expect(messages.pick(kind, claim(9))).toEqual([again])
})
