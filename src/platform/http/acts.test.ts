import { expect, it } from 'vitest'
import type { Transaction } from '../postgres/index.ts'
import { type CallAct, createRecorder, nothingToRecord } from './acts.ts'
import type { Caller } from './caller.ts'

const callerOf = (kind: Caller['principal']['kind'], id = 'a'): Caller => ({
  ...{ principal: { kind, id }, name: id, grant: 'scope read', permissions: new Set<never>() },
  book: { number: 1, id: 'b', code: 'main' },
})
const call = { name: 'a', grant: 'scope read', permission: 'payments:read', address: '::1', requestId: 'req_1' }
const tx = {} as Transaction

it('records an act that the route declares, by default its first, with its call', async () => {
  const recorded: CallAct[] = []
  const record = async (_: Transaction, act: CallAct) => void recorded.push(act)
  const recorder = createRecorder({ acts: ['a.done', 'a.undone'], record, caller: callerOf('key'), call: () => call })
  expect(recorder.isRecorded()).toBe(false)
  await recorder.record(tx, { subject: 'x' })
  await recorder.record(tx, { subject: 'y', action: 'a.undone', book: 'shared' })
  expect(recorder.isRecorded()).toBe(true)
  const actor = { kind: 'key', id: 'a' }
  expect(recorded).toEqual([
    { action: 'a.done', subject: 'x', actor, book: 1, call },
    { action: 'a.undone', subject: 'y', actor, book: undefined, call },
  ])
  await expect(recorder.record(tx, { subject: 'x', action: 'a.other' })).rejects.toThrow('declares the act a.other')
  await expect(nothingToRecord.record(tx, { subject: 'x' })).rejects.toThrow('declares its acts')
})
