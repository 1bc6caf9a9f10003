import { expect, it } from 'vitest'
import { Munim } from './index.ts'

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
