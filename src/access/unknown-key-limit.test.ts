import { expect, it } from 'vitest'
import { createUnknownKeyLimit } from './unknown-key-limit.ts'

const addresses = (write: (n: string) => string) => Array.from({ length: 1_000 }, (_, n) => write(n.toString(16)))

it.each([
  ['written short', addresses((n) => `2001:db8::${n}`)],
  ['of one client', addresses((n) => `2001:db8:0:${n}::1`)],
])('the addresses of one IPv6 network together get a tenth of the whole limit: %s', (_, network) => {
  const limit = createUnknownKeyLimit(() => 0)
  expect(network.filter((address) => limit.take(address)).length).toBe(50)
  expect(limit.take('192.0.2.1')).toBe(true)
  expect(limit.take('2001:db9::1')).toBe(true)
})
