import { onTestFinished } from 'vitest'
import { createLanes, type Handler, type LanesDependencies, type LanesEngine, type NewMessage } from '#lanes'
import { newUuid } from '#platform/ids'
import type { Database } from '#platform/postgres'
import { patience } from './patience.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

export const testKind = 'test.work'

export type TestLanes = {
  readonly test: TestDatabase
  readonly database: Database
  readonly lanes: LanesEngine
  readonly faults: readonly unknown[]
  /** In a transaction of its own; wakes these lanes. */
  readonly enqueue: (messages: readonly NewMessage[]) => Promise<void>
  readonly left: () => Promise<number>
}

/** The lanes are stopped when the test ends. */
export async function startTestLanes(
  handlers: readonly Handler[],
  options: { readonly on?: TestDatabase } & Pick<LanesDependencies, 'capacity' | 'lookIntervalMs' | 'openEngine'> = {},
): Promise<TestLanes> {
  const { on, ...settings } = options
  const test = on ?? (await createTestDatabase())
  const { database } = test
  const faults: unknown[] = []
  const lanes = createLanes({ database, onFault: (error) => faults.push(error), ...settings })
  for (const handler of handlers) lanes.register(handler)
  await lanes.start()
  await lanes.lettersPassed()
  onTestFinished(() => lanes.stop(patience(5_000)))
  return {
    test,
    database,
    lanes,
    faults,
    enqueue: async (messages) => {
      await database.transaction((tx) => lanes.enqueue(tx, messages))
      lanes.wake()
    },
    left: async () => {
      const rows = await database.query<{ count: bigint }>({
        text: `select (select count(*) from lanes.messages) + (select count(*) from lanes.outgoing)
          + (select count(*) from lanes.later) as count`,
      })
      return Number(rows[0]?.count)
    },
  }
}

export function testMessage(fields: Partial<NewMessage> = {}): NewMessage {
  return { lane: 'standard', kind: testKind, book: 1, vendor: 0, subject: newUuid(), ...fields }
}

export function testMessages(count: number, fields: Partial<NewMessage> = {}): NewMessage[] {
  return Array.from({ length: count }, () => testMessage(fields))
}
