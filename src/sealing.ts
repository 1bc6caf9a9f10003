import { sealedCursorSecret, sealedFactors, sealedSigningKeys } from '#access'
import { sealedOrders } from '#orders'
import { sealedRows } from '#payments'
import type { Configuration } from '#platform/config'
import type { Database } from '#platform/postgres'
import {
  createDataKeys,
  createResealer,
  createSecretSealing,
  openKeyEncryption,
  type Sealing,
  sealingRoutes,
} from '#platform/sealing'
import type { Secret } from '#platform/secrets'

type SealingDependencies = {
  readonly database: Database
  readonly configuration: Partial<Pick<Configuration, 'secrets'>>
  readonly ownKey?: Secret | undefined
  readonly onFault: (error: unknown) => void
}

/** Keys that seal secrets and personal fields, and the job that seals the rows from before there was one. */
export function createSealing({ database, configuration: { secrets }, ownKey, onFault }: SealingDependencies) {
  const secretSealing = createSecretSealing(ownKey)
  const tasks = [
    sealedCursorSecret,
    sealedSigningKeys(secretSealing),
    sealedFactors(secretSealing),
    ...sealedRows,
    sealedOrders,
  ]
  const encryption = secrets && openKeyEncryption(secrets)
  const dataKeys = createDataKeys({ database, encryption, onFault })
  const resealer = createResealer({ database, tasks, onFault })
  const ofSecrets: Sealing | undefined = encryption === undefined && ownKey === undefined ? undefined : secretSealing
  return {
    routes: sealingRoutes({ database, dataKeys, tasks }),
    /** Undefined: this process has no key, so it makes and opens no secrets of the program. */
    ofSecrets,
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
