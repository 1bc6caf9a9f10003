// For the tests: a program that holds an embedded PostgreSQL until it is told to stop, or killed.
// Prints one line of JSON, the connection or the fault, and another when it has stopped.
import { once } from 'node:events'
import { Fault } from '../faults/index.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'

const [directory = '.', settings = '{}'] = process.argv.slice(2)
try {
  const server = await startEmbeddedPostgres({ directory, settings: JSON.parse(settings) })
  console.log(JSON.stringify({ connection: server.connection, adopted: server.adopted }))
  await once(process.stdin, 'data')
  await server.stop()
  console.log(JSON.stringify({ stopped: true }))
} catch (error) {
  if (!(error instanceof Fault)) throw error
  console.log(JSON.stringify({ code: error.code, message: error.message }))
}
process.exit()
