import { expect, it } from 'vitest'
import { Munim, MunimConnectionError } from './index.ts'

const url = 'http://server'

it('follows no redirect, which would turn a write into a read', async () => {
  const modes: unknown[] = []
  const fetch = async (_: unknown, init?: RequestInit) => {
    modes.push(init?.redirect)
    return new Response('', { status: 301, headers: { location: `${url}/elsewhere` } })
  }
  const munim = new Munim({ url, apiKey: 'key', fetch, retries: 0 })
  await expect(munim.vendors.create({ code: 'tiffin', name: 'Tiffin' } as never)).rejects.toMatchObject({ status: 301 })
  expect(modes).toEqual(['manual'])
})

it('refuses a key with a line break, without its text', () => {
  const start = () => new Munim({ url, apiKey: 'munim_first\nmunim_second' })
  expect(start).toThrow('apiKey has characters that no key has')
  expect(start).not.toThrow('munim_first')
})

it('asks for another access token after a refusal, and again when one was lost on the way', async () => {
  const asked: unknown[] = []
  const accessToken = async (refused: string | undefined) => {
    asked.push(refused)
    if (asked.length === 2) throw new MunimConnectionError(url, 1, new Error('reset'))
    return `token ${asked.length}`
  }
  const sent: unknown[] = []
  const fetch = async (_: unknown, init?: RequestInit) => {
    sent.push(new Headers(init?.headers).get('authorization'))
    return new Response('{}', { status: sent.length === 1 ? 401 : 200 })
  }
  const munim = new Munim({ url, accessToken, fetch })
  expect(await munim.books.get('main')).toEqual({})
  expect(asked).toEqual([undefined, 'token 1', 'token 1'])
  expect(sent).toEqual(['Bearer token 1', 'Bearer token 3'])
})

it('ends a call with what no access token can be had for', async () => {
  let asked = 0
  const ended = new Error('the login has ended')
  const accessToken = () => {
    asked += 1
    throw ended
  }
  const munim = new Munim({ url, accessToken, fetch: async () => new Response('{}') })
  await expect(munim.books.get('main')).rejects.toBe(ended)
  await expect(munim.accounts.list().page()).rejects.toBe(ended)
  expect(asked).toBe(2)
  expect(() => new Munim({ url, accessToken, apiKey: 'key' })).toThrow('not several of them')
})

it.each(['', '.', '..', '\ud800', undefined, 7])('sends no request with %j as an id', async (id) => {
  const requested: unknown[] = []
  const fetch = async (address: unknown) => {
    requested.push(address)
    return new Response('{}')
  }
  const munim = new Munim({ url, apiKey: 'key', fetch, retries: 0 })
  const given = id as string
  const refused = `id must be an id or a code, not ${JSON.stringify(id)}`
  await expect(munim.cases.get(given)).rejects.toThrow(refused)
  await expect(munim.payments.captures(given).page()).rejects.toThrow(refused)
  await expect(munim.apiKeys.revoke(given)).rejects.toThrow(refused)
  expect(requested).toEqual([])
})

it('an id with the marks of an address stays one segment of the path', async () => {
  const paths: string[] = []
  const fetch = async (address: unknown) => {
    paths.push(new URL(String(address)).pathname)
    return new Response('{}')
  }
  const munim = new Munim({ url, apiKey: 'key', fetch, retries: 0 })
  await munim.accounts.get('../api-keys?x=#y%2e')
  expect(paths).toEqual(['/v1/accounts/..%2Fapi-keys%3Fx%3D%23y%252e'])
})

it.each(['nothing', 'ftp://munim:SECRET@host', 'http://munim:SECRET@host', 'http://SECRET@host'])(
  'refuses the address %s without its text',
  (address) => {
    const start = () => new Munim({ url: address, apiKey: 'key' })
    expect(start).toThrow(/^url /)
    expect(start).not.toThrow('SECRET')
  },
)
