import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestAuthority } from '../../../test/support/test-authority.ts'
import { certificate, optionalCertificate } from './setting.ts'

const authority = createTestAuthority('Rail CA')
const client = authority.issue({ name: 'munim' })
const other = authority.issue({ name: 'other' })

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'munim-certificates-'))
  const files = { 'munim.crt': client.cert, 'munim.key': client.key, 'other.key': other.key, 'ca.crt': authority.cert }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
})
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string) => `file:${join(folder, name)}`

it('reads a certificate, its key and its authorities from files', () => {
  const ca = [file('ca.crt'), authority.cert]
  const read = certificate('client_certificate', { cert: file('munim.crt'), key: file('munim.key'), ca })
  expect(read.ok && read.value()).toMatchObject({ ...client, ca: [authority.cert, authority.cert] })
})

it('may be absent, or name only authorities, when the adapter says so', () => {
  expect(optionalCertificate('tls', undefined)).toEqual({ ok: true, value: undefined })
  const read = optionalCertificate('tls', { ca: [file('ca.crt')] })
  expect(read.ok && read.value?.()).toMatchObject({ cert: undefined, key: undefined, ca: [authority.cert] })
})

it.each([
  ['nothing', undefined, 'needs a tls with cert and key'],
  ['only authorities', { ca: [] }, 'needs a tls with cert and key'],
  ['a text', 'x', 'has a tls that is not an object of cert, key and the lists ca and crl'],
  ['another field', { certs: 'x' }, 'has a tls that is not an object of cert, key and the lists ca and crl'],
  [
    'one authority without a list',
    { ca: 'x' },
    'has a tls that is not an object of cert, key and the lists ca and crl',
  ],
  ['a cert without a key', { cert: 'x' }, 'has a tls that is wrong: a cert needs its key, and a key its cert'],
  ['a missing variable', { cert: 'env:NO_CERT', key: 'x' }, 'has a tls that is wrong: the variable NO_CERT is not set'],
  ['a wrong authority', { ...client, ca: ['hunter2'] }, 'has a tls that is wrong: a ca is not a certificate in PEM'],
])('refuses %s with one sentence', (_what, value, sentence) => {
  expect(certificate('tls', value)).toEqual({ ok: false, wrong: sentence })
})

it('refuses a key of another certificate, and repeats no key', () => {
  for (const key of [other.key, 'hunter2']) {
    const read = certificate('tls', { cert: client.cert, key })
    expect(read).toMatchObject({
      ok: false,
      wrong: expect.stringMatching(/^has a tls that is wrong: cert and key are/),
    })
    expect(JSON.stringify(read)).not.toMatch(/hunter2|PRIVATE/)
  }
})
