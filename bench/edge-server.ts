// A process of `bench edge`: the program as it is started, and at a second address its ledger without the edge, where every
// request is that of one caller whom no one looks up. Prints `ready URL OPEN KEY`.
import { ensureFirstKey, resolveBook } from '#access'
import { startEmbeddedPostgres } from '#platform/embedded-postgres'
import { type Caller, createHttpServer, roles } from '#platform/http'
import { migrate, openDatabase } from '#platform/postgres'
import { createLogger, createMetricsRegistry, createRequestMetrics } from '#platform/telemetry'
import { composeApplication } from '../src/compose.ts'
import { migratedModules } from '../src/roles.ts'

const stopMs = 5_000
const here = { host: '127.0.0.1', port: 0 }
const [directory = ''] = process.argv.slice(2)
const logger = createLogger({ level: 'warn' })
const postgres = await startEmbeddedPostgres({ directory, onLog: () => undefined })
const database = openDatabase(postgres.connection)
await migrate(database, migratedModules)
let key = ''
await ensureFirstKey(database, async (text) => {
  key = text
})
const ownKey = { versions: () => [Buffer.alloc(32, 7).toString('base64')] }
const application = composeApplication({
  ...{ database, logger, ownKey },
  configuration: { roles: new Set(['api', 'worker'] as const), docsUrl: undefined, ratePerSecond: undefined },
})
const url = await application.start(here)
const open = createHttpServer({
  modules: [
    {
      name: 'open',
      problems: application.server.problems,
      routes: application.server.routes.filter(({ operation }) => operation === 'create_transfer'),
    },
  ],
  authenticate: await anyone(),
  ...{ database, logger, onAnswered: createRequestMetrics(createMetricsRegistry()) },
})
const openUrl = await open.listen(here)
process.stdout.write(`ready ${url} ${openUrl} ${key}\n`)
process.once('SIGTERM', () => void stop())

async function anyone() {
  const book = await resolveBook(database, 'main')
  if (!book.ok) throw new Error(book.refusal.message)
  const principal = { kind: 'service', id: '0'.repeat(32) } as const
  const who = { principal, name: 'anyone', grant: 'scope admin' } as const
  const value: Caller = { ...who, permissions: roles.admin, book: book.value }
  return () => ({ ok: true, value }) as const
}

async function stop(): Promise<void> {
  await open.close(stopMs)
  await application.stop(stopMs)
  await database.close()
  await postgres.stop()
  process.exit(0)
}
