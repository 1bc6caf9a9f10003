import { expect, it } from 'vitest'
import type { Database, Transaction } from '../postgres/index.ts'
import { type CallAct, createReadingLog, createRecorder, nothingToRecord } from './acts.ts'
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

it('records each reading by a person before it is answered, and the first of an hour by each program', async () => {
  const subjects: string[] = []
  let isAway = false
  const database = {
    transaction: async (work: (on: Transaction) => Promise<unknown>) => {
      if (isAway) throw new Error('away')
      return work(tx)
    },
  } as unknown as Database
  const faults: unknown[] = []
  const noteReading = createReadingLog(
    { operation: 'get_payment', readAct: 'payment.read' },
    {
      database,
      record: async (_, { subject, actor }) => void subjects.push(`${actor.id} ${subject}`),
      onFault: (error) => faults.push(error),
    },
  )
  const read = (caller: Caller, subject?: string) => noteReading({ caller, subject, call })
  await read(callerOf('person', 'asha'), 'pay_1')
  await read(callerOf('person', 'asha'), 'pay_2')
  for (const id of ['shop', 'shop', 'till']) expect(read(callerOf('client', id), 'pay_9')).toBeUndefined()
  expect(subjects).toEqual(['asha pay_1', 'asha pay_2', 'shop get_payment', 'till get_payment'])

  isAway = true
  await expect(read(callerOf('person', 'asha'), 'pay_3')).rejects.toThrow('away')
  expect(read(callerOf('key', 'desk'))).toBeUndefined()
  await expect.poll(() => faults).toHaveLength(1)
  isAway = false
  await read(callerOf('key', 'desk'))
  expect(subjects.at(-1)).toBe('desk get_payment')
})
