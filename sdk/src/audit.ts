import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type { AuditedAct, ListAudit } from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

/** The log of acts: who changed what, and who read personal data. */
export type Audit = {
  /** Newest first. */
  readonly list: (params?: ListAudit, options?: CallOptions) => Pages<AuditedAct>
}

export function createAudit({ list }: Api): Audit {
  return { list: (query, options) => list('list_audit', { query }, options) }
}
