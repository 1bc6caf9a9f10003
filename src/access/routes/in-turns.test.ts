import { expect, it } from 'vitest'
import { answerText, type Route, type RouteRequest } from '#platform/http'
import { inTurns } from './in-turns.ts'

it('requests of one address leave room for those of others, and all together are few at a time', async () => {
  const running: string[] = []
  let most = 0
  const release = Promise.withResolvers<void>()
  const slow = {
    handle: async (request: RouteRequest) => {
      running.push(request.address() ?? '')
      most = Math.max(most, running.length)
      await release.promise
      running.splice(running.indexOf(request.address() ?? ''), 1)
      return answerText(200, '')
    },
  } as Partial<Route> as Route
  const [route] = inTurns([slow])
  const ask = async (address: string) => route?.handle?.({ address: () => address } as RouteRequest)
  const flood = Array.from({ length: 100 }, () => ask('192.0.2.1'))
  const others = ['192.0.2.2', '192.0.2.3'].map(ask)
  await expect.poll(() => running).toContain('192.0.2.2')
  expect(running.length).toBeLessThanOrEqual(4)
  release.resolve()
  await Promise.all([...flood, ...others])
  expect(most).toBeLessThanOrEqual(4)
})
