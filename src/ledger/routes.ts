import type { HttpModule } from '#platform/http'
import type { Outbox } from '#platform/outbox'
import type { Database } from '#platform/postgres'
import type { Ledger } from './ledger.ts'
import { accountReadRoutes } from './routes/account-read-routes.ts'
import { accountRoutes } from './routes/account-routes.ts'
import { assetRoutes } from './routes/asset-routes.ts'
import { eventRoutes } from './routes/event-routes.ts'
import { ledgerProblems } from './routes/problems.ts'
import { transferRoutes } from './routes/transfer-routes.ts'

export type LedgerRoutesDependencies = {
  readonly ledger: Ledger
  readonly database: Database
  readonly outbox: Pick<Outbox, 'read'>
}

/** The ledger's HTTP face: its routes, and what its refusals mean. */
export function ledgerRoutes({ ledger, database, outbox }: LedgerRoutesDependencies): HttpModule {
  return {
    name: 'ledger',
    problems: ledgerProblems,
    routes: [
      ...transferRoutes(ledger),
      ...accountRoutes(ledger),
      ...accountReadRoutes(database),
      ...assetRoutes(database),
      ...eventRoutes(database, outbox),
    ],
  }
}
