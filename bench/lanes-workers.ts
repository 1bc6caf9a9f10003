import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
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

/** A backlog worked off by worker processes, from the first batch of any of them on. */
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
  const done = Promise.withResolvers<void>()
  let handled = 0
  let first: { readonly handled: number; readonly atMs: number } | undefined
  for (const child of children) {
    child.on('message', (count: number) => {
      handled += count
      if (count > 0) first ??= { handled, atMs: performance.now() }
      if (handled >= messages) done.resolve()
    })
  }
  // All have joined their groups when one message of each worker's start is there.
  await Promise.all(children.map((child) => once(child, 'message')))
  for (let left = messages; left > 0; left -= perTransaction) {
    await database.transaction((tx) => lanes.enqueue(tx, nothing(Math.min(perTransaction, left))))
  }
  await done.promise
  const { handled: atFirst = 0, atMs = 0 } = first ?? {}
  const perSecond = ((handled - atFirst) * 1000) / (performance.now() - atMs)
  await Promise.all(children.map(stop))
  return Math.round(perSecond)
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
