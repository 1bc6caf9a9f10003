// For the tests: a program that waits for a line and then migrates, with others at the same moment.
// Prints what it applied, as JSON.
import { once } from 'node:events'
import { openDatabase } from './database.ts'
import { migrate } from './migrate.ts'

const [connection = '{}', modules = '[]'] = process.argv.slice(2)
const database = openDatabase(JSON.parse(connection))
console.log('ready')
await once(process.stdin, 'data')
console.log(JSON.stringify(await migrate(database, JSON.parse(modules))))
await database.close()
process.exit()
