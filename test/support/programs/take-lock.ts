// Arguments: connection as JSON, lock, how long the server keeps it for a frozen process.
import { openDatabase, openLockSession, takeLock } from '#platform/postgres'
import { say } from './say.ts'

const [connection = '{}', lock = '', idleMs = ''] = process.argv.slice(2)
const session = await openLockSession(openDatabase(JSON.parse(connection)), 'lock', { idleMs: Number(idleMs) })
say(await takeLock(session, lock))
setInterval(() => {}, 60_000)
