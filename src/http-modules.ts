import { type LedgerRoutesDependencies, ledgerRoutes } from '#ledger'
import type { HttpModule } from '#platform/http'
import { type ReferenceModule, referenceModule } from '#platform/openapi'
import { apiDescription } from './api-description.ts'

/** Every module's routes, and the reference that is made of them. */
export function httpModules(deps: LedgerRoutesDependencies): { modules: HttpModule[]; reference: ReferenceModule } {
  const described = [ledgerRoutes(deps)]
  const reference = referenceModule(apiDescription, described)
  return { modules: [...described, reference], reference }
}
