// Runs until a line arrives on stdin. Prints the connection or the fault. Arguments: data directory, settings as JSON.
import { once } from 'node:events'
import { startEmbeddedPostgres } from '#platform/embedded-postgres'
import { Fault } from '#platform/faults'
import { say } from './say.ts'

const [directory = '.', settings = '{}'] = process.argv.slice(2)
try {
  const server = await startEmbeddedPostgres({ directory, settings: JSON.parse(settings) })
  say({ connection: server.connection, adopted: server.adopted })
  await once(process.stdin, 'data')
  await server.stop()
  say({ stopped: true })
} catch (error) {
  if (!(error instanceof Fault)) throw error
  say({ code: error.code, message: error.message })
}
process.exit()
