import { expect, it } from 'vitest'
import { readConfiguration } from './index.ts'

const tls = ['--tls-cert', 'a', '--tls-key', 'b', '--tls-ca', 'c', '--tls-crl', 'd']
const gateway = ['--roles', 'gateway', '--gateway-upstream', 'http://10.0.0.1:8080,http://[fd12::1]:80/']

function edgeOf(args: readonly string[], environment = {}) {
  const read = readConfiguration(args, environment)
  if (!read.ok) return read.errors
  const { gateway, trustedGateways } = read.configuration
  return { gateway, trustedGateways }
}

it('a gateway needs no more than the addresses of APIs', () => {
  expect(edgeOf(gateway)).toEqual({
    gateway: {
      upstreams: ['http://10.0.0.1:8080', 'http://[fd12::1]:80'],
      timeoutMs: 35_000,
      requestsMax: 2_000,
      admitsAnyone: false,
    },
  })
  expect(edgeOf([])).toEqual({})
})

it('reads all settings', () => {
  const read = edgeOf([...gateway, ...tls, '--gateway-cert', 'e', '--gateway-key', 'f', '--gateway-clients', 'any'], {
    MUNIM_GATEWAY_ALLOW: '10.0.0.0/8, fd12::/48',
    MUNIM_TRUSTED_PROXIES: '192.0.2.1',
    MUNIM_GATEWAY_SERVICE_PORT: '0',
    MUNIM_GATEWAY_TIMEOUT_MS: '40000',
    MUNIM_GATEWAY_REQUESTS: '10',
    MUNIM_TRUSTED_GATEWAYS: '127.0.0.1',
  })
  expect(read).toMatchObject({
    gateway: {
      servicePort: 0,
      allow: { blocks: ['10.0.0.0/8', 'fd12::/48'] },
      proxies: { blocks: ['192.0.2.1'] },
      timeoutMs: 40_000,
      requestsMax: 10,
      certificate: { cert: 'file:e', key: 'file:f' },
      admitsAnyone: true,
    },
    trustedGateways: { blocks: ['127.0.0.1'] },
  })
})

const origins = '--gateway-upstream must be addresses without a path: https://api-1:8080,https://api-2:8080.'

it.each<[readonly string[], string]>([
  [
    ['--roles', 'gateway'],
    '--roles gateway needs --gateway-upstream, the address of each API or a name that has them all.',
  ],
  [[...gateway, '--roles', 'gateway,api'], '--roles: a gateway is a process of its own, without other roles.'],
  [[...gateway, '--gateway-upstream', 'http://api/v1'], origins],
  [[...gateway, '--gateway-upstream', 'http://a:b@api'], origins],
  [[...gateway, '--gateway-upstream', 'api:8080'], origins],
  [[...gateway, ...tls, '--secure'], '--secure: --gateway-upstream must begin with https://.'],
  [
    [...gateway, '--database-url', 'postgres://munim@db/munim', '--secrets-key', 'env:KEY'],
    '--roles gateway: leave out --database-url, --secrets-key; a gateway has no credentials of the other processes.',
  ],
  [
    [...gateway, '--gateway-allow', '10.0.0.0/33'],
    '--gateway-allow must be addresses or blocks such as "10.2.0.0/16,fd12::/48", not "10.0.0.0/33".',
  ],
  [[...gateway, '--gateway-timeout-ms', '0'], '--gateway-timeout-ms must be a whole number from 1 to 600000, not "0".'],
  [[...gateway, ...tls, '--gateway-cert', 'e'], '--gateway-cert and --gateway-key need each other.'],
  [
    [...gateway, '--gateway-cert', 'e', '--gateway-key', 'f'],
    '--gateway-cert needs --tls-cert, with which the gateway connects to the API.',
  ],
  [[...gateway, ...tls, '--gateway-clients', 'all'], '--gateway-clients must be certificate or any, not "all".'],
  [[...gateway, '--gateway-clients', 'any'], '--gateway-clients needs --tls-cert and --tls-ca.'],
  [
    [...tls, '--secure', '--trusted-gateways', '10.0.0.1'],
    '--secure: gateways are known by their certificates; leave out --trusted-gateways.',
  ],
])('refuses %j', (args, sentence) => {
  expect(edgeOf(args)).toContain(sentence)
})
