import type { HttpModule } from '#platform/http'
import type { Database } from '#platform/postgres'
import type { Lanes } from './lanes.ts'
import { createLaneStates } from './operating/lane-states.ts'
import type { Scaler } from './operating/scaler.ts'
import { deadLetterRoutes } from './routes/dead-letter-routes.ts'
import { laneStateRoutes } from './routes/lane-routes.ts'
import { laneProblems } from './routes/problems.ts'
import { scalingRoute } from './routes/scaling-route.ts'
import { vendorRoutes } from './routes/vendor-routes.ts'

export type LaneRoutesDependencies = {
  readonly database: Database
  readonly lanes: Pick<Lanes, 'replay' | 'nameSubject'>
}

export function laneRoutes({ database, lanes }: LaneRoutesDependencies): HttpModule {
  return {
    name: 'lanes',
    problems: laneProblems,
    routes: [
      ...vendorRoutes(database),
      ...laneStateRoutes(database, createLaneStates(database)),
      ...deadLetterRoutes(database, lanes),
    ],
  }
}

/** For autoscalers, and without a key like `/metrics`: of every process, whatever its roles. */
export function scalingRoutes(scaling: Scaler['latest']): HttpModule {
  return { name: 'scaling', problems: {}, routes: [scalingRoute(scaling)] }
}
