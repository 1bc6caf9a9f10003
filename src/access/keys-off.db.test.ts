import { expect, it } from 'vitest'
import { startTestServer } from '#testing'

it('a server without API keys refuses each, also of operators, and says what to use', async () => {
  const server = await startTestServer({ takesKeys: false })
  try {
    const refused = await server.request('GET', '/v1/accounts')
    expect([refused.status, refused.body.code]).toEqual([401, 'unauthenticated'])
    expect(refused.body.detail).toContain('OAuth client')
    expect((await server.request('GET', '/v1/accounts', { key: 'munim_unknown' })).body.code).toBe('unauthenticated')
    const token = await fetch(`${server.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    expect(((await token.json()) as { error: string }).error).toBe('invalid_request')
  } finally {
    await server.stop()
  }
})
