import { parentPort, workerData } from 'node:worker_threads'
import { Fault } from '#platform/faults'
import { openDatabase } from '#platform/postgres'
import type { ThreadMessage, ThreadTask } from './verification-thread.ts'
import { verifyLedger } from './verify-ledger.ts'

// The whole program of the thread. Its input is a ThreadTask.
const tell = (message: ThreadMessage) => parentPort?.postMessage(message)
const database = openDatabase({ ...(workerData as ThreadTask).database, onIdleError: () => {} })
try {
  const verification = await verifyLedger(database, { onProgress: (progress) => tell({ progress }) })
  tell({ verification })
} catch (error) {
  const { code, retryable } = error instanceof Fault ? error : { code: 'verification_failed', retryable: false }
  tell({ failure: { code, retryable, message: error instanceof Error ? error.message : String(error) } })
} finally {
  await database.close()
}
