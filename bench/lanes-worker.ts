// A worker process of `lanes-workers.ts`. It tells its parent how many messages it has handled.
import { createLanes, onKafka } from '#lanes'
import { openDatabase } from '#platform/postgres'
import { kind } from './lanes-engine.ts'
import type { WorkerTask } from './lanes-workers.ts'

const everyMs = 20

const { connection, brokers, prefix, partitions } = JSON.parse(process.argv[2] ?? '') as WorkerTask
const database = openDatabase({ ...connection, connectionsMax: 20 })
const openEngine = onKafka({ kafka: { brokers }, prefix, partitions, replicas: 1 })
const lanes = createLanes({ database, openEngine, onFault: (fault) => process.stderr.write(`${fault}\n`) })
let handled = 0
lanes.register({
  kind,
  handle: async (_tx, taken) => {
    handled += taken.length
  },
})
await lanes.start()
process.send?.(0)
const reporting = setInterval(() => {
  if (handled === 0) return
  process.send?.(handled)
  handled = 0
}, everyMs)
process.once('SIGTERM', async () => {
  clearInterval(reporting)
  await lanes.stop(5_000)
  await database.close()
  process.disconnect?.()
})
