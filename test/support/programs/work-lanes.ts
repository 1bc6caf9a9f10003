// Works on the lanes until it is killed, and records each message in public.done, in the transaction that took it.
// Arguments: connection as JSON, the lane, if any, whose first batch is reported and never ends, and Kafka's lanes as
// JSON, if they are used. SIGTERM ends it in order.
import { createLanes, onKafka } from '#lanes'
import { openDatabase } from '#platform/postgres'
import { say } from './say.ts'

const [connection = '{}', stuckLane, onTopics = 'null'] = process.argv.slice(2)
const kafka = JSON.parse(onTopics)
const database = openDatabase(JSON.parse(connection))
const lanes = createLanes({
  database,
  onFault: (error) => process.stderr.write(`${error}\n`),
  openEngine: kafka === null ? undefined : onKafka(kafka),
})
lanes.register({
  kind: 'test.work',
  handle: async (tx, messages) => {
    const subjects = messages.map(({ subject }) => subject)
    await tx.query({
      text: 'insert into done (subject, by) select unnest($1::uuid[]), $2::integer',
      values: [subjects, process.pid],
    })
    if (messages[0]?.lane !== stuckLane) return async () => undefined
    say('in a batch')
    return new Promise<never>(() => undefined)
  },
})
await lanes.start()
process.once('SIGTERM', async () => {
  await lanes.stop(10_000)
  await database.close()
  process.exit()
})
say('working')
