import { expect, it } from 'vitest'
import { Fault } from '../faults/index.ts'
import type { Database, Transaction } from '../postgres/index.ts'
import type { Caller } from './caller.ts'
import { createReadingLog, createReadingRows } from './reading-log.ts'

const callerOf = (kind: Caller['principal']['kind'], id = 'a', book = 1): Caller => ({
  ...{ principal: { kind, id }, name: id, grant: 'scope read', permissions: new Set<never>() },
  book: { number: book, id: `book ${book}`, code: `book-${book}` },
})
const call = { name: 'a', grant: 'scope read', permission: 'payments:read', address: '::1', requestId: 'req_1' }
const tx = {} as Transaction

/** A log whose commits fail, wait or go through. */
function openLog() {
  const commits: string[][] = []
  const state = { error: undefined as Error | undefined, held: undefined as Promise<void> | undefined, refused: '' }
  const faults: unknown[] = []
  const database = {
    transaction: async (work: (on: Transaction) => Promise<unknown>) => {
      const at = commits.push([]) - 1
      await work(tx)
      await state.held
      const rows = commits[at] ?? []
      if (state.error !== undefined || rows.includes(state.refused)) {
        commits[at] = []
        throw state.error ?? new Error(`refuses ${state.refused}`)
      }
    },
  } as unknown as Database
  const rows = createReadingRows({
    database,
    record: async (_, { subject, actor }) => void commits.at(-1)?.push(`${actor.id} ${subject}`),
  })
  const log = { rows, onFault: (error: unknown) => faults.push(error) }
  const note = createReadingLog({ operation: 'get_payment', readAct: 'payment.read' }, log)
  const read = (caller: Caller, subject?: string, signal?: { aborted: boolean }) =>
    note({ caller, subject, call, signal })
  return { read, state, faults, commits: () => commits.filter((one) => one.length > 0) }
}

it('records each reading by a person before it is answered, and the first of an hour by each program', async () => {
  const { read, state, faults, commits } = openLog()
  await read(callerOf('person', 'asha'), 'pay_1')
  await read(callerOf('person', 'asha'), 'pay_2')
  for (const id of ['shop', 'shop', 'till']) expect(read(callerOf('client', id), 'pay_9')).toBeUndefined()
  await expect
    .poll(() => commits().flat())
    .toEqual(['asha pay_1', 'asha pay_2', 'shop get_payment', 'till get_payment'])

  state.error = new Fault({ code: 'away', message: 'away', retryable: true })
  await expect(read(callerOf('person', 'asha'), 'pay_3')).rejects.toThrow('away')
  expect(read(callerOf('key', 'desk'))).toBeUndefined()
  await expect.poll(() => faults).toHaveLength(1)
  state.error = undefined
  void read(callerOf('key', 'desk'))
  await expect.poll(() => commits().flat().at(-1)).toBe('desk get_payment')
})

it('records in one commit what came during the one before, that of persons first', async () => {
  const { read, state, commits } = openLog()
  const held = Promise.withResolvers<void>()
  state.held = held.promise
  const first = read(callerOf('person', 'asha'), 'pay_1')
  await expect.poll(commits).toHaveLength(1)
  for (const id of ['shop', 'till']) void read(callerOf('client', id))
  const [gone, others] = [{ aborted: false }, ['ravi', 'mina'].map((id) => read(callerOf('person', id, 2), 'pay_2'))]
  const left = read(callerOf('person', 'asha'), 'pay_3', gone)
  gone.aborted = true
  held.resolve()
  await Promise.all([first, ...others])
  await expect(left).rejects.toMatchObject({ retryable: true })
  expect(commits()).toEqual([['asha pay_1'], ['ravi pay_2', 'mina pay_2', 'shop get_payment', 'till get_payment']])
})

it('a row that cannot be written costs nobody else his', async () => {
  const { read, state, commits } = openLog()
  const held = Promise.withResolvers<void>()
  Object.assign(state, { held: held.promise, refused: 'ravi pay_2' })
  const first = read(callerOf('person', 'asha'), 'pay_1')
  const [bad, good] = [read(callerOf('person', 'ravi'), 'pay_2'), read(callerOf('person', 'mina'), 'pay_3')]
  held.resolve()
  await Promise.all([first, good])
  await expect(bad).rejects.toThrow('refuses')
  expect(commits().flat()).toEqual(['asha pay_1', 'mina pay_3'])
})

it('one who reads much while the log is held leaves room for others', async () => {
  const { read, state } = openLog()
  const held = Promise.withResolvers<void>()
  state.held = held.promise
  const greedy = Array.from({ length: 200 }, () => read(callerOf('person', 'asha'), 'pay_1'))
  const settled = Promise.allSettled(greedy)
  const other = read(callerOf('person', 'mina', 2), 'pay_2')
  held.resolve()
  await other
  const refused = (await settled).filter(({ status }) => status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.length).toBeLessThan(200)
})
