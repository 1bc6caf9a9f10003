import { generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { readClientKeys } from './client-keys.ts'

const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' })

it('keys of the largest modulus are taken, and of the usual exponent', () => {
  const key = { ...rsa(2048), kid: 'a' }
  expect(readClientKeys([key])).toEqual({ ok: true, keys: [key] })
  // A modulus of 8,192 bits with its highest bit set: reading does not look for primes.
  const wide = { kty: 'RSA', kid: 'b', n: Buffer.alloc(1024, 0xff).toString('base64url'), e: 'AQAB' }
  expect(readClientKeys([wide])).toEqual({ ok: true, keys: [wide] })
})

it.each([
  ['e', 9, 'exponent'],
  ['e', 4 * 1024 * 1024, 'longer'],
  ['n', 4 * 1024 * 1024, 'longer'],
  ['x', 4 * 1024 * 1024, 'longer'],
])('a key whose %s has %d bytes is refused before it is read', (member, bytes, why) => {
  // Reading the second would take hours.
  const key = { ...rsa(2048), [member]: Buffer.alloc(bytes, 0xff).toString('base64url') }
  expect(readClientKeys([key])).toEqual({ ok: false, why: expect.stringContaining(why) })
})
