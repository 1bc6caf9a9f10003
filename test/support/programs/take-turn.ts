// Arguments: connection as JSON, turn, how long the server keeps it for a frozen process.
import { openDatabase, openTurnSession, takeTurn } from '#platform/postgres'
import { say } from './say.ts'

const [connection = '{}', turn = '', idleMs = ''] = process.argv.slice(2)
const session = await openTurnSession(openDatabase(JSON.parse(connection)), 'turn', { idleMs: Number(idleMs) })
say(await takeTurn(session, turn))
setInterval(() => {}, 60_000)
