import { expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { Fault } from '#platform/faults'
import type { Unit, UnitLine } from '#platform/postgres'
import type { TakenMessage } from '../engines/taken-message.ts'
import { isolateFailures } from './isolate-failures.ts'

const taken = (id: bigint): TakenMessage => ({
  ...{ id, lane: 'standard', kind: 'test.work', tenant: 1, vendor: 1, book: 1, subject: 'a' as Uuid },
  ...{ payload: '', attempts: 0, enqueuedAt: 0, waitedMs: 0 },
})

it('puts back in their order the messages that it has tried and those that it has not', async () => {
  const unit = { burst: async () => [], commit: async () => undefined, abandon: async () => undefined }
  const back: bigint[] = []
  const fault = new Fault({ code: 'away', message: 'away', retryable: true })
  await isolateFailures({} as UnitLine, {
    handler: { kind: 'test.work', handle: () => Promise.reject(fault) },
    taking: {
      ...{ steps: [], taken: () => [], settled: () => undefined, returned: () => undefined },
      again: () => ({ steps: [], taken: () => [] }),
    },
    putBack: async (_tx, messages) => void back.push(...messages.map(({ id }) => id)),
    messages: [1n, 2n, 3n, 4n].map(taken),
    unit: unit as unknown as Unit,
    error: fault,
    onOutcome: () => false,
  })
  expect(back).toEqual([1n, 2n, 3n, 4n])
})
