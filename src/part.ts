import type { HttpModule } from '#platform/http'
import type { FeedEvents } from '#platform/outbox'
import type { AgingTable } from '#platform/retention'
import type { Metric } from '#platform/telemetry'
import type { ModuleCheck } from '#platform/verification'

/** What a module adds to the application, besides its door. */
export type Part = {
  readonly routes: HttpModule
  readonly events?: readonly FeedEvents[]
  readonly checks?: readonly ModuleCheck[]
  readonly metrics?: readonly Metric[]
  readonly tables?: readonly AgingTable[]
}
