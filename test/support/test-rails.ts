import { createRails, inquiriesAfter, type RailAdapter, type RailEvent, type RailsService } from '#rails'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

export type TestRails = {
  readonly database: TestDatabase['database']
  readonly rails: RailsService
  /** What the rails have reported. */
  readonly events: RailEvent[]
  readonly stop: () => Promise<void>
}

/** A rail of the tests, of which only the messages and statements matter. */
export function readingRail(name: string, reading: Pick<RailAdapter, 'callbacks' | 'statements'>): RailAdapter {
  return {
    name,
    capabilities: { operations: new Set(['charge']), inquiries: inquiriesAfter(1_000), authorizationMs: 0 },
    submit: async () => ({ kind: 'unknown', why: 'not used' }),
    inquire: async () => ({ kind: 'unknown', why: 'not used' }),
    probe: async () => true,
    close: async () => undefined,
    ...reading,
  }
}

/** Rails on a database of their own, which collect no statements by themselves. */
export async function startTestRails(adapter: RailAdapter): Promise<TestRails> {
  const { database, drop } = await createTestDatabase()
  const events: RailEvent[] = []
  const rails = createRails({
    database,
    adapters: [adapter],
    onEvents: async (_tx, reported) => void events.push(...reported),
    readBooks: async () => [],
    collects: false,
    measure: () => undefined,
    onNotice: () => undefined,
    onFault: () => undefined,
  })
  await rails.start()
  const stop = async () => {
    await rails.stop()
    await drop()
  }
  return { database, rails, events, stop }
}
