import { type Configuration, defaultKeepDays } from '#platform/config'
import { createKeyPruner } from '#platform/idempotency'
import { createFeedSequencer, outboxTable } from '#platform/outbox'
import { createConfirmedUnits, type Database } from '#platform/postgres'
import { type AgingTable, createRetention, unitsTable } from '#platform/retention'

type UpkeepDependencies = {
  readonly database: Database
  readonly configuration: Partial<Pick<Configuration, 'keepDays'>>
  /** Of the modules, besides the platform's own. */
  readonly tables: readonly AgingTable[]
  readonly onFault: (error: unknown) => void
}

/** The platform's own background work: positions of events, old partitions and idempotency keys. */
export function createUpkeep({ database, configuration, tables, onFault }: UpkeepDependencies) {
  const { keepDays = defaultKeepDays } = configuration
  const sequencer = createFeedSequencer({ database, onFault })
  const confirmed = createConfirmedUnits(database, onFault)
  const retention = createRetention({
    database,
    tables: [outboxTable(keepDays.events), unitsTable, ...tables],
    onFault,
  })
  const { isClockSettled } = retention
  const pruner = createKeyPruner({ database, keepDays: keepDays.keys, isClockSettled, onFault })
  return {
    start: async ({ isPruning }: { readonly isPruning: boolean }) => {
      await retention.start()
      sequencer.start()
      if (isPruning) pruner.start()
    },
    stop: async () => {
      await Promise.all([pruner.stop(), sequencer.stop(), retention.stop(), confirmed.stop()])
    },
  }
}
