import { describe, expect, it } from 'vitest'
import { createAddressList, isAddressBlock, plainAddress } from './index.ts'

describe('a list of addresses', () => {
  const list = createAddressList(['203.0.113.7', '10.2.0.0/16', 'fd12::/48', '2001:db8::1'])

  it.each([
    '203.0.113.7',
    '::ffff:203.0.113.7',
    '::FFFF:10.2.255.255',
    '10.2.0.0',
    'fd12::1',
    'fd12::1%eth0',
    'FD12:0:0:ffff::',
    '2001:db8:0::1',
  ])('has %s', (address) => {
    expect(list.has(address)).toBe(true)
  })

  it.each([
    '203.0.113.8',
    '10.3.0.0',
    'fd12:0:1::',
    '2001:db8::2',
    '::203.0.113.7',
    '203.0.113.7, 10.2.0.1',
    '203.0.113.07',
    '',
    undefined,
  ])('has not %s', (address) => {
    expect(list.has(address)).toBe(false)
  })

  it.each(['203.0.113.7', '203.0.113.7/32', '10.2.0.0/16', '10.2.3.0/24', 'FD12::/64', '2001:db8:0::1'])(
    'covers %s',
    (block) => {
      expect(list.covers(block)).toBe(true)
    },
  )

  it.each(['203.0.113.6/31', '10.0.0.0/8', '10.2.0.0/15', '::/0', '0.0.0.0/0', '::ffff:10.2.0.0/112', 'fd12::/47'])(
    'does not cover %s',
    (block) => {
      expect(list.covers(block)).toBe(false)
    },
  )

  it('of everything has every address, and nothing else', () => {
    const everything = createAddressList(['0.0.0.0/0', '::/0'])
    expect(['192.0.2.1', '::1', '::ffff:192.0.2.1'].map(everything.has)).toEqual([true, true, true])
    expect(everything.has('unix')).toBe(false)
  })
})

it.each(['10.0.0.0/8', '10.1.2.3/8', '::/0', '::1', '192.0.2.1/32'])('%s is a block', (text) => {
  expect(isAddressBlock(text)).toBe(true)
})

it.each(['10.0.0.0/33', '10.0.0/8', '::/129', 'example.com', '10.0.0.1 ', '10.0.0.0/-1', '010.0.0.1', ''])(
  '%j is none',
  (text) => {
    expect(isAddressBlock(text)).toBe(false)
  },
)

it.each([
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '::ffff:c000:201'],
  ['host', undefined],
])('%s is the address %s', (text, address) => {
  expect(plainAddress(text)).toBe(address)
})
