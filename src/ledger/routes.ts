import type { HttpModule } from '#platform/http'
import type { Database } from '#platform/postgres'
import type { Ledger } from './ledger.ts'
import { accountReadRoutes } from './routes/account-read-routes.ts'
import { accountRoutes } from './routes/account-routes.ts'
import { assetRoutes } from './routes/asset-routes.ts'
import { ledgerProblems } from './routes/problems.ts'
import { statementRoutes } from './routes/statement-routes.ts'
import { transferReadRoutes } from './routes/transfer-read-routes.ts'
import { transferRoutes } from './routes/transfer-routes.ts'
import { trialBalanceRoutes } from './routes/trial-balance-routes.ts'

export type LedgerRoutesDependencies = {
  readonly ledger: Ledger
  readonly database: Database
}

/** The ledger's HTTP module: its routes, and a problem for each refusal. */
export function ledgerRoutes({ ledger, database }: LedgerRoutesDependencies): HttpModule {
  return {
    name: 'ledger',
    problems: ledgerProblems,
    routes: [
      ...transferRoutes({ ledger, database }),
      ...transferReadRoutes(database),
      ...accountRoutes(ledger, database),
      ...accountReadRoutes(database),
      ...statementRoutes(database),
      ...assetRoutes(database),
      ...trialBalanceRoutes(database),
    ],
  }
}
