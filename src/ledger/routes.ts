import type { HttpModule } from '#platform/http'
import type { Database } from '#platform/postgres'
import type { Ledger } from './ledger.ts'
import { accountReadRoutes } from './routes/account-read-routes.ts'
import { accountRoutes } from './routes/account-routes.ts'
import { assetRoutes } from './routes/asset-routes.ts'
import { eventRoutes } from './routes/event-routes.ts'
import type { AddedEvents } from './routes/event-schemas.ts'
import { ledgerProblems, reportProblems } from './routes/problems.ts'
import { statementRoutes } from './routes/statement-routes.ts'
import { transferReadRoutes } from './routes/transfer-read-routes.ts'
import { transferRoutes } from './routes/transfer-routes.ts'
import { trialBalanceRoutes } from './routes/trial-balance-routes.ts'
import { type AddedCheck, verificationRoutes } from './routes/verification-routes.ts'

export type LedgerRoutesDependencies = {
  readonly ledger: Ledger
  readonly database: Database
  readonly addedChecks: readonly AddedCheck[]
  readonly addedEvents?: readonly AddedEvents[]
}

/** The ledger's HTTP module: its routes, and a problem for each refusal. */
export function ledgerRoutes(dependencies: LedgerRoutesDependencies): HttpModule {
  const { ledger, database, addedChecks, addedEvents = [] } = dependencies
  return {
    name: 'ledger',
    problems: { ...ledgerProblems, ...reportProblems },
    routes: [
      ...transferRoutes(ledger),
      ...transferReadRoutes(database),
      ...accountRoutes(ledger),
      ...accountReadRoutes(database),
      ...statementRoutes(database),
      ...assetRoutes(database),
      ...trialBalanceRoutes(database),
      ...eventRoutes(database, addedEvents),
      ...verificationRoutes(database, addedChecks),
    ],
  }
}
