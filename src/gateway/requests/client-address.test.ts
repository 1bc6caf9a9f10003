import { expect, it } from 'vitest'
import { createAddressList } from '#platform/addresses'
import { clientAddress } from './client-address.ts'

const proxies = createAddressList(['10.0.0.0/8', 'fd12::/48'])

it.each([
  ['192.0.2.1', undefined, '192.0.2.1'],
  ['::ffff:192.0.2.1', undefined, '192.0.2.1'],
  // Not from a proxy: what it says does not count.
  ['192.0.2.1', '203.0.113.9', '192.0.2.1'],
  ['10.0.0.1', undefined, '10.0.0.1'],
  ['10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
  // The client wrote the first one itself.
  ['10.0.0.1', '127.0.0.1, 203.0.113.9', '203.0.113.9'],
  ['10.0.0.1', '203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['10.0.0.1', '1.1.1.1, 203.0.113.9, fd12::7, 10.0.0.2', '203.0.113.9'],
  ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['fd12::1', '2001:db8::9', '2001:db8::9'],
  ['10.0.0.1', '[2001:db8::9]:4711', '2001:db8::9'],
  ['10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
  // A proxy that writes no address hides who stands before it.
  ['10.0.0.1', '203.0.113.9, unknown, 10.0.0.2', '10.0.0.2'],
  ['10.0.0.1', '', '10.0.0.1'],
  [undefined, '203.0.113.9', undefined],
])('a connection of %s, forwarded for %j, is of %s', (peer, forwardedFor, address) => {
  expect(clientAddress({ peer, forwardedFor, proxies })).toBe(address)
})

it('without trusted proxies, only the connection counts', () => {
  const asked = { peer: '10.0.0.1', forwardedFor: '203.0.113.9' }
  expect(clientAddress({ ...asked, proxies: undefined })).toBe('10.0.0.1')
})
