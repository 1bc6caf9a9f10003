import { expect, it } from 'vitest'
import { classOf } from './request-class.ts'

it.each([
  ['POST', '/v1/payments', 'urgent'],
  ['POST', '/v1/payments/pay_1/capture', 'urgent'],
  ['POST', '/v1/transfers', 'urgent'],
  ['POST', '/v1/rails/upi/callbacks', 'urgent'],
  ['POST', '/oauth/token', 'urgent'],
  ['PATCH', '/v1/vendors/v1', 'urgent'],
  ['GET', '/v1/payments/pay_1', 'normal'],
  ['GET', '/v1/accounts/customers:42:wallet/balance?at=x', 'normal'],
  ['GET', '/.well-known/openid-configuration', 'normal'],
  ['GET', '/v1/payments', 'low'],
  ['GET', '/v1/payments?limit=100', 'low'],
  ['GET', '/v1/accounts/a/entries', 'low'],
  ['GET', '/v1/verification', 'low'],
  ['GET', '/docs', 'low'],
  ['POST', '/v1/transfers/batch', 'low'],
  ['POST', '/v1/dead-letters/replay', 'low'],
])('%s %s is %s', (method, url, kind) => {
  expect(classOf({ method, url, priority: undefined })).toBe(kind)
})

it.each([
  ['u=0', 'urgent'],
  ['u=3', 'urgent'],
  ['u=4, i', 'normal'],
  ['i, u=7', 'low'],
  ['u=9', 'urgent'],
  ['menu=7', 'urgent'],
])('a payment with the priority %s is %s', (priority, kind) => {
  expect(classOf({ method: 'POST', url: '/v1/payments', priority })).toBe(kind)
})
it('a client cannot raise its requests', () => {
  expect(classOf({ method: 'GET', url: '/v1/payments', priority: 'u=0' })).toBe('low')
})
