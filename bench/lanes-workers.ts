import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLanes, type OpenEngine } from '#lanes'
import type { Database } from '#platform/postgres'
import { showProgress } from './bench.ts'
import { connectionOf } from './bench-database.ts'
import { nothing, perTransaction } from './lanes-engine.ts'

/** What a worker process is given: see `lanes-worker.ts`. */
export type WorkerTask = {
  readonly connection: ReturnType<typeof connectionOf>
  readonly brokers: readonly string[]
  readonly prefix: string
  readonly partitions: number
}

export type WorkersOptions = {
  readonly database: Database
  readonly openEngine: OpenEngine
  readonly task: Omit<WorkerTask, 'connection'>
  readonly messages: number
  readonly workers: number
}

const joinedMsMax = 60_000
const pauseMs = 5

/** Messages worked off by worker processes while they are enqueued, until the last one is handled. */
export async function measureWorkers({
  database,
  openEngine,
  task,
  messages,
  workers,
}: WorkersOptions): Promise<number> {
  showProgress(`measuring: ${messages} messages that wait for ${workers} worker processes`)
  const lanes = createLanes({ database, openEngine, onFault: (fault) => process.stderr.write(`${fault}\n`) })
  const given = JSON.stringify({ ...task, connection: connectionOf(database) } satisfies WorkerTask)
  const children = Array.from({ length: workers }, () => fork(join(import.meta.dirname, 'lanes-worker.ts'), [given]))
  let handled = 0
  const busy = new Set<ChildProcess>()
  for (const child of children) {
    child.on('message', (count: number) => {
      handled += count
      if (count > 0) busy.add(child)
    })
  }
  let sent = 0
  const enqueue = async (count: number) => {
    for (let left = count; left > 0; left -= perTransaction) {
      await database.transaction((tx) => lanes.enqueue(tx, nothing(Math.min(perTransaction, left))))
    }
    sent += count
  }
  // A group is divided again with each member that joins: measured is from when all have partitions.
  for (const until = performance.now() + joinedMsMax; busy.size < workers || handled < sent; await sleep(pauseMs)) {
    if (performance.now() > until) throw new Error('not all workers take part')
    if (busy.size < workers) await enqueue(perTransaction)
  }
  const before = handled
  const begun = performance.now()
  await enqueue(messages)
  while (handled < sent) await sleep(pauseMs)
  const perSecond = ((handled - before) * 1000) / (performance.now() - begun)
  await Promise.all(children.map(stop))
  return Math.round(perSecond)
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
