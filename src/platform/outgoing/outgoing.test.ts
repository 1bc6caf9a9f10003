import type { LookupAddress } from 'node:dns'
import { afterEach, describe, expect, it } from 'vitest'
import { kindOf } from './address-kinds.ts'
import { checkedLookup, type Resolve } from './checked-lookup.ts'
import { allowOutgoing, type OutgoingSource, refusalOfAddress, refusalOfHost } from './outgoing-policy.ts'

afterEach(() => allowOutgoing([]))

const refused = [
  ['loopback', '127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1'],
  ['unspecified', '0.0.0.0', '0.1.2.3', '::'],
  ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fc00::1', 'fd12:3456::1'],
  ['link_local', '169.254.1.1', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
  ['metadata', '169.254.169.254', '169.254.170.2', '100.100.100.200', '168.63.129.16', 'fd00:ec2::254'],
  ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1'],
  ['reserved', '192.0.0.1', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '240.0.0.1', '255.255.255.255'],
  ['reserved', '2001:db8::1', '2001::1', '3fff::1', 'fec0::1', '100::1', '4000::1', '64:ff9b:1::1'],
  [
    'translated',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:808:808',
    '64:ff9b::10.0.0.1',
    '64:ff9b::808:808',
  ],
  ['translated', '2002:7f00:1::', '2002:808:808::1', '::127.0.0.1', '::8.8.8.8'],
].flatMap(([kind = '', ...addresses]) => addresses.map((address) => [address, kind] as const))

const open = [
  '8.8.8.8',
  '1.1.1.1',
  '172.15.0.1',
  '172.32.0.1',
  '100.63.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '2a00::1',
]

describe('calls whose address comes from data', () => {
  it.each(refused)('do not go to %s (%s)', (address, kind) => {
    expect(kindOf(address)).toBe(kind)
    expect(refusalOfAddress(address, 'data')).toBeDefined()
  })

  it.each(open)('go to %s', (address) => {
    expect(kindOf(address)).toBe('public')
    expect(refusalOfAddress(address, 'data')).toBeUndefined()
  })

  it.each([
    '2130706433',
    '017700000001',
    '0x7f000001',
    '0x7f.1',
    '127.1',
    '127.0.0.1.',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[0:0:0:0:0:ffff:7f00:1]',
    '[64:ff9b::127.0.0.1]',
    '１２７.０.０.１',
  ])('do not go to loopback, written as %s', (host) => {
    expect(refusalOfHost(new URL(`http://${host}/`).hostname, 'data')).toBeDefined()
  })
})

describe('calls whose address is in the configuration', () => {
  it('go to names at internal addresses, and to any address that is written there', () => {
    for (const address of [
      '127.0.0.1',
      '::1',
      '10.0.0.1',
      'fd12::1',
      '::ffff:10.0.0.1',
      '64:ff9b::808:808',
      '8.8.8.8',
    ]) {
      expect(refusalOfAddress(address, 'configuration')).toBeUndefined()
    }
    expect(refusalOfHost('169.254.169.254', 'configuration')).toBeUndefined()
    expect(refusalOfHost('[fe80::1]', 'configuration')).toBeUndefined()
  })

  it.each(['169.254.169.254', 'fd00:ec2::254', '64:ff9b::a9fe:a9fe', 'fe80::1', '0.0.0.0', '224.0.0.1', '2001:db8::1'])(
    'do not go to a name at %s',
    (address) => {
      expect(refusalOfAddress(address, 'configuration')).toBeDefined()
    },
  )
})

describe('an allowed block', () => {
  it('is open for both, and nothing beside it is', () => {
    allowOutgoing(['10.2.0.0/16', 'fd12::/48', '169.254.169.254'])
    const refusals = [
      '10.2.3.4',
      'fd12::1',
      '169.254.169.254',
      '10.3.0.1',
      'fd13::1',
      '169.254.169.253',
      '::ffff:10.3.0.1',
    ]
    expect(refusals.map((address) => refusalOfAddress(address, 'data') === undefined)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ])
  })

  it('of translated addresses does not open what they lead to', () => {
    allowOutgoing(['64:ff9b::/96'])
    expect(refusalOfAddress('64:ff9b::8.8.8.8', 'data')).toBeUndefined()
    expect(refusalOfAddress('64:ff9b::10.0.0.1', 'data')).toBe('a private address')
  })
})

describe('a name', () => {
  const found = (source: OutgoingSource, addresses: readonly string[], all = true) => {
    const resolve: Resolve = (_name, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    return new Promise<string | LookupAddress[] | Error>((answer) => {
      checkedLookup(source, resolve)('hook.example', { all }, (error, address) => answer(error ?? address))
    })
  }

  it('is only what of its addresses may be called', async () => {
    expect(await found('data', ['10.0.0.1', '8.8.8.8', '::1', '2a00::1'])).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2a00::1', family: 6 },
    ])
    expect(await found('data', ['10.0.0.1', '8.8.8.8'], false)).toBe('8.8.8.8')
  })

  it('that has no such address is refused, without the addresses that it has', async () => {
    const error = await found('data', ['10.0.0.1', '::1'])
    expect(error).toMatchObject({
      code: 'outgoing_refused',
      message: 'the host is at a private address, which calls may not go to',
    })
  })
})
