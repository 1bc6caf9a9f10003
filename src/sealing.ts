import { sealedCursorSecret } from '#access'
import { sealedOrders } from '#orders'
import { sealedRows } from '#payments'
import type { Configuration } from '#platform/config'
import type { Database } from '#platform/postgres'
import { createDataKeys, createResealer, openKeyEncryption, sealingRoutes } from '#platform/sealing'

type SealingDependencies = {
  readonly database: Database
  readonly configuration: Partial<Pick<Configuration, 'secrets'>>
  readonly onFault: (error: unknown) => void
}

/** Keys that seal secrets and personal fields, and the job that seals the rows from before there was one. */
export function createSealing({ database, configuration: { secrets }, onFault }: SealingDependencies) {
  const tasks = [sealedCursorSecret, ...sealedRows, sealedOrders]
  const encryption = secrets && openKeyEncryption(secrets)
  const dataKeys = createDataKeys({ database, encryption, onFault })
  const resealer = createResealer({ database, tasks, onFault })
  return {
    routes: sealingRoutes({ database, dataKeys, tasks }),
    /** Before anything reads or writes a field. */
    start: async ({ isWorking }: { readonly isWorking: boolean }) => {
      await dataKeys.start()
      if (isWorking) resealer.start({ isAtOnce: true })
    },
    stop: async () => {
      await resealer.stop()
      await dataKeys.stop()
    },
  }
}
