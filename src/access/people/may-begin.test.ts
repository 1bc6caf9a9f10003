import { expect, it } from 'vitest'
import { authorizePath, loginPath } from '#platform/oauth'
import { createSecretSealing } from '#platform/sealing'
import { deviceCookie } from './known-device.ts'
import { createMayBegin } from './may-begin.ts'

const key = Buffer.alloc(32, 7).toString('base64')
const sealing = createSecretSealing({ versions: () => [key] })

it('strangers at many addresses stop no browser in which somebody has logged in', () => {
  const clock = { nowMs: 0 }
  const mayBegin = createMayBegin({ sealing, nowMs: () => clock.nowMs })
  const cookieOf = (login: string) => deviceCookie(sealing, { login, issuer: 'https://munim.example' }).split(';', 1)[0]
  const [known, also] = [cookieOf('one@example.com'), cookieOf('another@example.com')]
  for (let ms = 0; ms < 20_000; ms += 10) {
    clock.nowMs = ms
    for (let one = 0; one < 12; one += 1) mayBegin({ address: `198.51.${one}.1`, cookie: undefined })
  }
  const begins = (cookie: string | undefined) => mayBegin({ address: '203.0.113.1', cookie })
  expect([begins(undefined), begins('munim_device=bm90aGluZw'), begins(known)]).toEqual([false, false, true])
  // One browser does not use up the share of the others.
  for (let one = 0; one < 500; one += 1) begins(known)
  expect([begins(known), begins(also)]).toEqual([false, true])
})

it('a browser says so where logins begin and where they go on', () => {
  const cookie = deviceCookie(sealing, { login: 'one@example.com', issuer: 'https://munim.example' })
  const path = /; Path=([^;]*);/.exec(cookie)?.[1] ?? 'none'
  expect([authorizePath, loginPath].filter((one) => one.startsWith(`${path}/`))).toEqual([authorizePath, loginPath])
})
