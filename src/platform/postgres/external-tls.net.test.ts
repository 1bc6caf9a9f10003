import { appendFile, chown, mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { quick, test } from '../../../test/support/embedded-place.ts'
import { findFreePort } from '../../../test/support/launched-server.ts'
import { createTestAuthority } from '../../../test/support/test-authority.ts'
import { openTls, type Tls } from '../tls/index.ts'
import { type Database, openConfiguredDatabase, openDatabase } from './index.ts'

// A real PostgreSQL that admits a user only with a certificate of this name.

const authority = createTestAuthority('Munim CA')
const lost = authority.issue({ name: 'munim' })
const crl = authority.revoke([lost.cert])

function strict(pair: { readonly cert: string; readonly key: string }): Tls {
  const opened = openTls({ ...pair, ca: [authority.cert], crl: [crl] }, { isStrict: true })
  if (!opened.ok) throw new Error(opened.why)
  return opened.tls
}

async function demandCertificates(at: string, database: Database): Promise<void> {
  const data = join(at, 'postgres')
  const { uid, gid } = await stat(data)
  const folder = join(data, 'tls')
  await mkdir(folder, { mode: 0o700 })
  const { cert, key } = authority.issue({ name: 'db', hosts: ['127.0.0.1'] })
  const files = { 'server.crt': cert, 'server.key': key, 'ca.crt': authority.cert, 'ca.crl': crl }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 })
  for (const path of ['', ...Object.keys(files)]) await chown(join(folder, path), uid, gid)
  await appendFile(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 cert\n')
  const settings = [
    ...[`ssl_cert_file = 'tls/server.crt'`, `ssl_key_file = 'tls/server.key'`, `ssl_ca_file = 'tls/ca.crt'`],
    ...[`ssl_crl_file = 'tls/ca.crl'`, `ssl_min_protocol_version = 'TLSv1.3'`, 'ssl = on'],
  ]
  for (const setting of settings) await database.query({ text: `alter system set ${setting}` })
  await database.query({ text: 'select pg_reload_conf()' })
}

test('PostgreSQL is used with a certificate, and not without', async ({ place }) => {
  const port = await findFreePort()
  const server = await place.start({ settings: { ...quick, listen_addresses: '127.0.0.1', port: String(port) } })
  await demandCertificates(place.directory, place.open(server))
  const databaseUrl = `postgres://munim@127.0.0.1:${port}/munim`
  const open = (tls: Tls | undefined) => openConfiguredDatabase({ databaseUrl, dataDirectory: '/none', tls })
  await expect.poll(() => open(strict(authority.issue({ name: 'munim' }))).then(() => 'opened', String)).toBe('opened')
  await expect(open(undefined)).rejects.toMatchObject({ code: 'database_unreachable' })
  await expect(open(strict(lost))).rejects.toMatchObject({ message: expect.stringContaining('certificate revoked') })
  const other = strict(authority.issue({ name: 'other' }))
  await expect(open(other)).rejects.toMatchObject({
    message: expect.stringContaining('certificate authentication failed'),
  })

  const pairs = [authority.issue({ name: 'munim' }), authority.issue({ name: 'munim' })]
  const [first, second] = pairs.map(strict)
  if (first === undefined || second === undefined) throw new Error('there are two')
  let now = first
  const database = openDatabase({ ...(await open(first)).connection, tls: () => now() })
  place.later(() => database.close())
  const shown = async () => {
    const session = await database.session('look')
    const text = `select version, client_serial::text as serial from pg_stat_ssl where pid = pg_backend_pid()`
    const [row] = await session.query<{ version: string; serial: string }>({ text })
    await session.close()
    return row
  }
  const before = await shown()
  now = second
  const after = await shown()
  expect([before?.version, after?.version]).toEqual(['TLSv1.3', 'TLSv1.3'])
  expect(after?.serial).not.toBe(before?.serial)
})
