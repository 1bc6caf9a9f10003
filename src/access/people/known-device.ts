import { randomBytes } from 'node:crypto'
import type { Sealing } from '#platform/sealing'
import { systemClock } from '#platform/time'

const name = 'munim_device'
const days = 180
/** Where logins begin, and go on. */
const path = '/oauth'
const place = 'munim known device'
const dayMs = 86_400_000

type Device = { readonly login: string; readonly device: string; readonly untilMs: number }

/**
 * Says that this browser has logged in with the name before, and nothing else: it stands for no proof. Failed logins of
 * strangers do not make it wait.
 */
export function deviceCookie(sealing: Sealing, { login, issuer }: { readonly login: string; readonly issuer: string }) {
  const untilMs = nowMs() + days * dayMs
  const device: Device = { login, device: randomBytes(16).toString('base64url'), untilMs }
  const value = sealing.seal(Buffer.from(JSON.stringify(device)), place).toString('base64url')
  const secure = issuer.startsWith('https:') ? '; Secure' : ''
  return `${name}=${value}; Path=${path}; Max-Age=${days * 86_400}; HttpOnly; SameSite=Strict${secure}`
}

type Shown = { readonly login: string; readonly cookie: string | undefined }

/** Undefined unless somebody with this name has logged in with the browser. */
export function deviceOf(sealing: Sealing | undefined, { login, cookie }: Shown): string | undefined {
  const known = knownDevice(sealing, cookie)
  return known?.login === login ? known.device : undefined
}

/** Undefined unless somebody has logged in with the browser. */
export function knownDevice(sealing: Sealing | undefined, cookie = ''): Device | undefined {
  const [, value] = /(?:^|; *)munim_device=([\w-]{1,1000})(?:;|$)/.exec(cookie) ?? []
  const opened = value === undefined ? undefined : sealing?.open(Buffer.from(value, 'base64url'), place)
  if (opened === undefined) return undefined
  const known: Device = JSON.parse(opened.toString('utf8'))
  return known.untilMs > nowMs() ? known : undefined
}

function nowMs(): number {
  return systemClock.now() / 1000
}
