import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { createSecureContext } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { run } from './run.ts'

let root: string
let dir: string
let made = 0
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'munim-certs-'))
})
afterAll(() => rmSync(root, { recursive: true }))
beforeEach(() => {
  made += 1
  dir = join(root, String(made))
})

async function certs(...args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const exitCode = await run(['certs', ...args, '--dir', dir, '--json'], { terminal: { stdout, stderr } })
  const text = (stream: PassThrough) => stream.read()?.toString() ?? ''
  const out = text(stdout)
  return { exitCode, printed: out === '' ? undefined : JSON.parse(out), complaint: text(stderr) }
}

const read = (...path: readonly string[]) => readFileSync(join(dir, ...path), 'utf8')
const certificate = (name: string) => new X509Certificate(read('issued', `${name}.crt`))
const authority = () => new X509Certificate(read('ca.crt'))
const modeOf = (...path: readonly string[]) => statSync(join(dir, ...path)).mode & 0o777

describe('munim certs', () => {
  it('makes an authority that signs certificates and nothing below', async () => {
    expect(await certs('init', '--name', 'Acme CA')).toMatchObject({
      exitCode: 0,
      printed: { ca: join(dir, 'ca.crt') },
    })
    const ca = authority()
    expect([ca.subject, ca.ca, ca.verify(ca.publicKey)]).toEqual(['CN=Acme CA', true, true])
    expect(ca.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
    createSecureContext({ ca: read('ca.crt'), cert: read('ca.crt'), key: read('ca.key'), crl: read('ca.crl') })
  })

  it('lets only the user read what it writes', async () => {
    await certs('init')
    await certs('issue', 'api', '--role', 'api')
    expect([modeOf(), modeOf('issued')]).toEqual([0o700, 0o700])
    const files = ['ca.crt', 'ca.key', 'ca.crl', 'index.json', 'issued/api.crt', 'issued/api.key']
    expect(files.map((name) => modeOf(name))).toEqual(files.map(() => 0o600))
  })

  // A limit of 4 KiB for each file stands for a full disk: what is beyond is not written.
  it.runIf(process.platform === 'linux')('leaves the index whole when there is no room for a new one', async () => {
    await certs('init')
    for (let number = 0; read('index.json').length < 5_000; number += 1)
      await certs('issue', `worker-${number}`, '--role', 'worker')
    const before = read('index.json')
    const command = `trap '' XFSZ; ulimit -f 8; "$0" "$1" certs revoke worker-0 --dir "$2"`
    const launcher = join(import.meta.dirname, '..', '..', 'bin', 'munim.js')
    const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath, launcher, dir], { encoding: 'utf8' })
    expect([status, read('index.json')]).toEqual([1, before])
    expect(stderr).toContain('index.json')
    expect((await certs('revoke', 'worker-0')).exitCode).toBe(0)
  })

  it('replaces no authority and no valid certificate', async () => {
    await certs('init')
    await certs('issue', 'api', '--role', 'api')
    const before = [read('ca.key'), read('issued', 'api.crt')]
    expect(await certs('init')).toMatchObject({
      exitCode: 1,
      complaint: expect.stringContaining('has an authority already'),
    })
    expect(await certs('issue', 'api', '--role', 'api')).toMatchObject({
      ...{ exitCode: 1, complaint: expect.stringContaining('api has a valid certificate') },
    })
    expect([read('ca.key'), read('issued', 'api.crt')]).toEqual(before)
  })

  it('issues a certificate of a server with its roles, names and addresses', async () => {
    await certs('init')
    const hosts = ['--host', 'api.internal', '--host', '10.0.0.7', '--host', '::1']
    const { printed } = await certs('issue', 'api-1', '--role', 'api', 'worker', ...hosts, '--days', '2')
    expect(printed).toMatchObject([{ name: 'api-1', roles: ['api', 'worker'], state: 'valid', reason: null }])
    const api = certificate('api-1')
    expect(api.verify(authority().publicKey) && api.checkIssued(authority())).toBe(true)
    expect(api.subject).toBe('CN=api-1')
    expect(api.subjectAltName).toBe(
      'URI:munim:role:api, URI:munim:role:worker, DNS:api.internal, IP Address:10.0.0.7, IP Address:0:0:0:0:0:0:0:1',
    )
    expect(api.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1'])
    expect(api.serialNumber.toLowerCase()).toBe(printed[0].serial)
    const days = (api.validToDate.getTime() - Date.now()) / 86_400_000
    expect([days > 1.9, days <= 2]).toEqual([true, true])
    createSecureContext({ cert: read('issued', 'api-1.crt'), key: read('issued', 'api-1.key') })
  })

  it('issues a certificate of a client that is none for servers', async () => {
    await certs('init')
    await certs('issue', 'shop', '--role', 'client')
    expect(certificate('shop').keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
  })

  it('renews what ends soon, with another key, and leaves out what was revoked', async () => {
    await certs('init')
    await certs('issue', 'short', '--role', 'api', '--host', 'a.internal', '--days', '5')
    await certs('issue', 'long', '--role', 'api', '--days', '50')
    await certs('issue', 'lost', '--role', 'api', '--days', '5')
    await certs('revoke', 'lost')
    const [key, list] = [read('issued', 'short.key'), read('ca.crl')]
    const { printed } = await certs('renew')
    expect(printed).toMatchObject([{ name: 'short', hosts: ['a.internal'], days: 5 }])
    expect(read('issued', 'short.key')).not.toBe(key)
    expect(read('ca.crl')).not.toBe(list)
    expect(await certs('renew', 'lost')).toMatchObject({
      exitCode: 1,
      complaint: expect.stringContaining('no certificate of lost'),
    })
    expect((await certs('renew', 'long')).printed).toMatchObject([{ name: 'long', days: 50 }])
  })

  it('lists what was issued, and what of it was revoked', async () => {
    await certs('init')
    await certs('issue', 'shop', '--role', 'client')
    await certs('renew', 'shop')
    const { printed } = await certs('revoke', 'shop', '--reason', 'key-compromise')
    expect(printed).toMatchObject([{ state: 'revoked', reason: 'key-compromise' }, { state: 'revoked' }])
    await certs('issue', 'shop', '--role', 'client')
    const states = (await certs('list')).printed.map(({ state }: { state: string }) => state)
    expect(states).toEqual(['revoked', 'revoked', 'valid'])
    expect(await certs('revoke', 'nobody')).toMatchObject({ exitCode: 1, complaint: expect.stringContaining('nobody') })
  })

  it.each([
    [['list'], 'has no authority (ENOENT)'],
    [['issue', '../x', '--role', 'api'], 'It may have letters, digits and ._- only'],
    [['issue', 'x', '--role', 'cook'], 'Allowed choices are gateway, api'],
    [['issue', 'x'], 'required option'],
    [['issue', 'x', '--role', 'api', '--host', 'a b'], 'It must be a name such as api.internal'],
    [['issue', 'x', '--role', 'api', '--days', '7301'], 'It may be at most 7300.'],
  ])('refuses %j with one sentence', async (args, sentence) => {
    const { exitCode, complaint } = await certs(...args)
    expect([exitCode, complaint.trimEnd().split('\n').length]).toEqual([1, 1])
    expect(complaint).toContain(sentence)
  })

  it('refuses to work while another command does', async () => {
    await certs('init')
    writeFileSync(join(dir, 'lock'), '')
    expect(await certs('issue', 'x', '--role', 'api')).toMatchObject({
      ...{ exitCode: 1, complaint: expect.stringContaining('another command changes') },
    })
  })
})
