import { parentPort, workerData } from 'node:worker_threads'
import { Fault } from '#platform/faults'
import { openDatabase } from '#platform/postgres'
import type { ThreadMessage, ThreadTask } from './verification-thread.ts'
import { verifyLedger } from './verify-ledger.ts'

// The whole program of the thread. Its input is a ThreadTask.
const post = (message: ThreadMessage) => parentPort?.postMessage(message)
const { database: options, tls } = workerData as ThreadTask
const database = openDatabase({ ...options, ...(tls && { tls: () => tls }), onIdleError: () => {} })
try {
  const verification = await verifyLedger(database, { onProgress: (progress) => post({ progress }) })
  post({ verification })
} catch (error) {
  const { code, retryable } = error instanceof Fault ? error : { code: 'verification_failed', retryable: false }
  post({ failure: { code, retryable, message: error instanceof Error ? error.message : String(error) } })
} finally {
  await database.close()
}
