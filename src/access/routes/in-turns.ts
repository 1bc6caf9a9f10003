import { setImmediate as nextRound } from 'node:timers/promises'
import { networkOf } from '#platform/addresses'
import { createTurns, type Route, type RouteRequest } from '#platform/http'

/** Requests of strangers that use the database at the same time. */
const atOnce = 4

/**
 * Routes whose callers nobody knows before they are handled: their requests take turns by address, so that many of one
 * address take nothing from the others, and all together not much from the callers of the API.
 */
export function inTurns(routes: readonly Route[]): Route[] {
  const inTurn = createTurns(atOnce)
  return routes.map(({ handle, ...described }) => ({
    ...described,
    ...(handle && {
      handle: async (request: RouteRequest) => {
        const address = networkOf({ remoteAddress: request.address() })
        return inTurn({ group: address, sender: address }, async () => {
          // Other work of the process goes on between the answers, however many wait.
          await nextRound()
          return handle(request)
        })
      },
    }),
  }))
}
