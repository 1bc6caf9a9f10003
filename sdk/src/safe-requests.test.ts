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
