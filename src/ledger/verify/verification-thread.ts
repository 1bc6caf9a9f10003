import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { Fault } from '#platform/faults'
import type { Database, DatabaseOptions } from '#platform/postgres'
import type { TlsTexts } from '#platform/tls'
import type { Verify } from '#platform/verification'
import type { Verification, VerificationProgress } from './verify-ledger.ts'

/** `tls`: what is valid at the start of the verification, which opens its connections then. */
export type ThreadTask = { readonly database: DatabaseOptions; readonly tls: TlsTexts | undefined }

export type ThreadMessage =
  | { readonly progress: VerificationProgress }
  | { readonly verification: Verification }
  | { readonly failure: { readonly code: string; readonly message: string; readonly retryable: boolean } }

/** Reads and hashes in a separate thread with three connections, so that postings are not delayed. */
export function verifyInThread(database: Database): Verify<Verification> {
  return async ({ onProgress, signal }) => {
    signal.throwIfAborted()
    const extension = extname(fileURLToPath(import.meta.url))
    const worker = new Worker(new URL(`./verification-worker${extension}`, import.meta.url), {
      workerData: { database: optionsOf(database), tls: database.tls?.() } satisfies ThreadTask,
      // Source files need the condition; built files need none.
      execArgv: extension === '.ts' ? ['--conditions=munim-source'] : [],
    })
    const end = () => void worker.terminate()
    signal.addEventListener('abort', end)
    try {
      return await new Promise<Verification>((resolve, reject) => {
        worker.on('message', (message: ThreadMessage) => {
          if ('progress' in message) onProgress(message.progress)
          else if ('verification' in message) resolve(message.verification)
          else reject(new Fault(message.failure))
        })
        worker.on('error', reject)
        worker.on('exit', () =>
          reject(new Fault({ code: 'verification_ended', message: 'the verification was ended', retryable: true })),
        )
      })
    } finally {
      signal.removeEventListener('abort', end)
      await worker.terminate()
    }
  }
}

function optionsOf({ connection }: Database): DatabaseOptions {
  const { connectionString, host, port, user, database, application_name: applicationName } = connection
  const parts = { host, port, user, database, applicationName }
  return {
    ...Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)),
    ...(connectionString !== undefined && { url: connectionString }),
    connectionsMax: 1,
  }
}
