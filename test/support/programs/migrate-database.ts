// Waits for a line, so that several migrate at once. Arguments: connection and modules, as JSON.
import { once } from 'node:events'
import { migrate, openDatabase } from '#platform/postgres'
import { say } from './say.ts'

const [connection = '{}', modules = '[]'] = process.argv.slice(2)
const database = openDatabase(JSON.parse(connection))
say('ready')
await once(process.stdin, 'data')
say(await migrate(database, JSON.parse(modules)))
await database.close()
process.exit()
