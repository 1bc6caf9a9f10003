import { expect, it } from 'vitest'
import { Exchange } from './exchange.ts'

it('knows the trace of a caller with a key, and of nobody else', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const exchange = new Exchange(
    { request: { id: 'req_1', method: 'GET', headers: { traceparent } } } as never,
    '/healthz',
  )
  expect(exchange.traceparent).toBeUndefined()
  exchange.caller = {} as never
  expect(exchange.traceparent).toBe(traceparent)
})
