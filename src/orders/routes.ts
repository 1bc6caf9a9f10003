import type { HttpModule } from '#platform/http'
import type { Queryable } from '#platform/postgres'
import type { Sagas } from '#sagas'
import type { Orders } from './create-orders.ts'
import { itemRoutes } from './routes/item-routes.ts'
import { orderRoutes } from './routes/order-routes.ts'
import { ordersProblems } from './routes/problems.ts'

export type OrdersRoutesDeps = {
  readonly orders: Orders
  readonly sagas: Pick<Sagas, 'find'>
  readonly database: Queryable
}

export function ordersRoutes(deps: OrdersRoutesDeps): HttpModule {
  return { name: 'orders', problems: ordersProblems, routes: [...itemRoutes(deps), ...orderRoutes(deps)] }
}
