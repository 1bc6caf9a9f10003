// Takes a turn and keeps it until it is killed. Arguments: the connection as JSON, the turn, and how long the server
// keeps the turn for a frozen process.
import { openDatabase, openTurnSession, takeTurn } from '#platform/postgres'
import { say } from './say.ts'

const [connection = '{}', turn = '', idleMs = ''] = process.argv.slice(2)
const session = await openTurnSession(openDatabase(JSON.parse(connection)), 'turn', { idleMs: Number(idleMs) })
say(await takeTurn(session, turn))
setInterval(() => {}, 60_000)
