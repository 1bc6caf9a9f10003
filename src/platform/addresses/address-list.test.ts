import { BlockList, isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addBlock, createAddressList, familyOf, isAddressBlock, plainAddress } from './index.ts'

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

it('of a text has what the list of its blocks has', () => {
  const list = createAddressList('10.2.0.0/16 fd12::/48')
  expect([list.blocks, list.has('10.2.0.1'), list.has('fd13::1')]).toEqual([['10.2.0.0/16', 'fd12::/48'], true, false])
})

// Few digits, so that addresses are often within blocks.
const parts = (count: number, of: fc.Arbitrary<string>, by: string) =>
  fc.array(of, { minLength: count, maxLength: count }).map((all) => all.join(by))
const plain = fc.oneof(
  parts(4, fc.constantFrom('0', '1', '10', '255'), '.'),
  parts(8, fc.constantFrom('0', '1', 'ffff', 'FD12'), ':'),
  fc.constantFrom('::', '::1', '::ffff:10.1.0.255', '::ffff:a01:ff', '64:ff9b::10.1.0.1'),
)
const blocks = fc
  .tuple(plain, fc.option(fc.nat(128)))
  .map(([address, length]) => (length === null ? address : `${address}/${isIPv4(address) ? length % 33 : length}`))

it('has the addresses that a list of Node has', () => {
  fc.assert(
    fc.property(fc.array(blocks, { maxLength: 6 }), plain, (given, address) => {
      const peer = new BlockList()
      for (const block of given) addBlock(peer, block)
      const expected = peer.check(address, familyOf(address))
      expect([given, address, createAddressList(given).has(address)]).toEqual([given, address, expected])
    }),
    { numRuns: 3000 },
  )
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
