// Works on the lanes until it is killed, and records each message in public.done, in the transaction that took it.
// Arguments: connection as JSON, and the lane, if any, whose first batch is reported and never ends.
import { createLanes } from '#lanes'
import { openDatabase } from '#platform/postgres'
import { say } from './say.ts'

const [connection = '{}', stuckLane] = process.argv.slice(2)
const database = openDatabase(JSON.parse(connection))
const lanes = createLanes({ database, onFault: (error) => process.stderr.write(`${error}\n`) })
lanes.register({
  kind: 'test.work',
  handle: async (tx, messages) => {
    const subjects = messages.map(({ subject }) => subject)
    await tx.query({ text: 'insert into done select unnest($1::uuid[]), pg_backend_pid()', values: [subjects] })
    if (messages[0]?.lane !== stuckLane) return async () => undefined
    say('in a batch')
    return new Promise<never>(() => undefined)
  },
})
await lanes.start()
say('working')
