import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestAuthority } from '../../../test/support/test-authority.ts'
import { rolesOf } from './certificate-roles.ts'
import { withAuthorities } from './client-options.ts'
import { endsOf } from './ends.ts'
import { openTls, type Tls, type TlsReferences } from './open-tls.ts'

const authority = createTestAuthority('Munim CA')
const other = createTestAuthority('Other CA')
const pair = authority.issue({ name: 'api', hosts: ['127.0.0.1'], roles: ['api'] })
const full = { ...pair, ca: [authority.cert], crl: [authority.revoke([])] }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'munim-open-tls-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function open(references: TlsReferences, isStrict = false): Tls {
  const opened = openTls(references, { isStrict })
  if (!opened.ok) throw new Error(opened.why)
  return opened.tls
}

const inThePast = new Date(Date.now() - 60_000)
const expired = () => authority.issue({ name: 'api', notAfter: inThePast })

it.each<[string, TlsReferences, string]>([
  ['a key without its certificate', { key: pair.key }, 'a cert needs its key, and a key its cert'],
  ['a list without its authority', { ...pair, crl: full.crl }, 'a crl needs the ca that made it'],
  ['a missing file', { ...full, cert: 'file:/none' }, 'the file /none cannot be read (ENOENT)'],
  ['no authority', { ...full, ca: ['garbage'] }, 'a ca is not a certificate in PEM'],
  ['no list', { ...full, crl: ['garbage'] }, 'a crl is not a list of revoked certificates in PEM'],
  [
    'a broken list',
    { ...full, crl: [authority.revoke([]).replace(/MI/, 'II')] },
    'a crl is not a list of revoked certificates in PEM',
  ],
  [
    'the key of another certificate',
    { ...full, key: other.issue({ name: 'x' }).key },
    'cert and key are not a pair in PEM (ERR_OSSL_X509_KEY_VALUES_MISMATCH)',
  ],
])('refuses %s with one sentence', (_what, references, why) => {
  expect(openTls(references)).toEqual({ ok: false, why })
})

it('knows when each part ends', () => {
  const ends = endsOf({ ...full, crl: [authority.revoke([pair.cert], inThePast)] })
  expect(ends.map(({ what }) => what)).toEqual(['certificate', 'authority', 'revocations'])
  expect(ends.at(-1)?.endsMs).toBe(Math.floor(inThePast.getTime() / 1_000) * 1_000)
})

it('refuses its own expired certificate when it is strict', () => {
  expect(openTls({ ...full, ...expired() }, { isStrict: true })).toEqual({
    ok: false,
    why: expect.stringMatching(/^the certificate expired at \d{4}-/),
  })
  expect(openTls({ ...full, ...expired() }).ok).toBe(true)
  expect(openTls({ ...full, crl: [authority.revoke([], inThePast)] }, { isStrict: true })).toEqual({
    ok: false,
    why: expect.stringMatching(/^the list of revoked certificates expired at \d{4}-/),
  })
})

it('keeps the known files while changed ones cannot be used, and reports each change once', async () => {
  const names = ['cert', 'key', 'ca', 'crl'] as const
  const paths = Object.fromEntries(names.map((name) => [name, join(folder, `reload.${name}`)]))
  let changes = 0
  const write = (name: (typeof names)[number], text: string) => {
    const path = paths[name] ?? ''
    writeFileSync(path, text)
    changes += 60
    utimesSync(path, changes, changes)
  }
  write('cert', pair.cert)
  write('key', pair.key)
  write('ca', authority.cert)
  write('crl', authority.revoke([]))
  const file = (name: string) => `file:${paths[name]}`
  const faults: string[] = []
  const references = { cert: file('cert'), key: file('key'), ca: [file('ca')], crl: [file('crl')] }
  const opened = openTls(references, {
    isStrict: true,
    onFault: ({ code, message }) => faults.push(`${code}: ${message}`),
  })
  if (!opened.ok) throw new Error(opened.why)
  const { tls } = opened
  const first = tls()
  expect(tls()).toBe(first)
  write('crl', 'half of a li')
  await expect
    .poll(() => tls() && faults)
    .toEqual([
      'tls_files_unusable: The changed TLS files are not used: a crl is not a list of revoked certificates in PEM. The ones before stay valid.',
    ])
  expect(tls()).toBe(first)
  write('crl', authority.revoke([pair.cert]))
  await expect.poll(tls).not.toBe(first)
  const renewed = authority.issue({ name: 'api' })
  write('key', renewed.key)
  await expect.poll(() => tls() && faults.length).toBe(2)
  write('cert', renewed.cert)
  await expect.poll(() => tls().cert).toBe(renewed.cert)
  write('cert', expired().cert)
  await expect.poll(() => tls() && faults.length).toBe(3)
  expect(tls().cert).toBe(renewed.cert)
})

it('keeps one object for other authorities, until a file has changed', () => {
  const tls = open(full)
  const others = withAuthorities(tls, [other.cert])
  expect(others()).toBe(others())
  expect(others()).toMatchObject({ cert: pair.cert, ca: [other.cert], crl: undefined })
})

it.each([
  ['URI:munim:role:api', ['api']],
  ['DNS:api.internal, URI:munim:role:api, IP Address:10.0.0.7, URI:munim:role:worker', ['api', 'worker']],
  ['DNS:api.internal', []],
  ['URI:spiffe://x/munim:role:api', []],
  ['DNS:"x, URI:munim:role:api"', []],
  ['DNS:"x\\", URI:munim:role:api"', []],
  ['DNS:"x" URI:munim:role:api', []],
  [undefined, []],
])('the names %s have the roles %j', (subjectAltName, roles) => {
  expect(rolesOf({ subjectAltName })).toEqual(roles)
})
