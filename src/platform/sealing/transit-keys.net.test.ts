import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openKeyEncryption } from './open-key-encryption.ts'

// A key service with the protocol of Vault's Transit engine, which keeps the texts instead of encrypting them.

type Asked = { readonly plaintext?: string; readonly ciphertext?: string; readonly associated_data: string }

let server: Server
let url: string
let status = 200
let version = 1
const kept = new Map<string, Asked>()

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const [action, name] = (request.url ?? '').split('/').slice(-2)
      const asked = JSON.parse(body) as Asked
      const isKnown = name === 'munim' && request.headers['x-vault-token'] === 'token-1'
      const found = kept.get(asked.ciphertext ?? '')
      const isSame = action === 'encrypt' || found?.associated_data === asked.associated_data
      response.statusCode = !isKnown ? 403 : isSame ? status : 400
      const ciphertext = `vault:v${version}:${Buffer.from(String(kept.size)).toString('base64')}`
      if (action === 'encrypt') kept.set(ciphertext, asked)
      const data = action === 'encrypt' ? { ciphertext } : { plaintext: found?.plaintext }
      response.end(JSON.stringify(response.statusCode === 200 ? { data } : { errors: ['secret things'] }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `transit:http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/transit/munim`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  status = 200
  version = 1
  process.env.MUNIM_TEST_TOKEN = 'token-1'
})

const open = (key = url) => openKeyEncryption({ key, token: 'env:MUNIM_TEST_TOKEN' })

it('wraps and unwraps at a key service, before and after the service has rotated its key', async () => {
  const keys = open()
  const key = Buffer.alloc(32, 7)
  const wrapped = await keys.wrap(key, 'one')
  expect(wrapped.by).toBe('munim:v1')
  version = 2
  expect((await keys.wrap(key, 'one')).by).toBe('munim:v2')
  expect(await keys.unwrap(wrapped, 'one')).toEqual(key)
  await expect(keys.unwrap(wrapped, 'two')).rejects.toThrow('The key service of --secrets-key answered 400 to decrypt.')
  await keys.close()
})

it.each([
  ['answers 500', () => (status = 500), true, 'answered 500 to encrypt'],
  ['knows another token', () => (process.env.MUNIM_TEST_TOKEN = 'token-2'), false, 'answered 403 to encrypt'],
])('that %s is a fault without the words of the answer', async (_what, act, retryable, text) => {
  act()
  const keys = open()
  const fault = await keys.wrap(Buffer.alloc(32), 'one').catch((error: unknown) => error)
  expect(fault).toMatchObject({ code: 'key_service_failed', retryable, message: expect.stringContaining(text) })
  expect(String(fault)).not.toContain('secret things')
  await keys.close()
})

it('that does not listen is a fault', async () => {
  const keys = open('transit:http://127.0.0.1:1/v1/transit/munim')
  await expect(keys.wrap(Buffer.alloc(32), 'one')).rejects.toThrow('cannot be reached (ECONNREFUSED')
  await keys.close()
})
