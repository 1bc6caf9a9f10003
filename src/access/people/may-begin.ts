import type { Sealing } from '#platform/sealing'
import { createKnownLimit, createUnknownKeyLimit } from '../unknown-key-limit.ts'
import { knownDevice } from './known-device.ts'

export type MayBegin = (from: { readonly address: string | undefined; readonly cookie: string | undefined }) => boolean

type Deps = { readonly sealing: Sealing | undefined; readonly nowMs: () => number }

/** Limits the logins that are begun. Browsers in which somebody has logged in before have a share of their own. */
export function createMayBegin({ sealing, nowMs }: Deps): MayBegin {
  const [strangers, known] = [createUnknownKeyLimit(nowMs), createKnownLimit(nowMs)]
  return ({ address, cookie }) => {
    if (strangers.take(address)) return true
    const device = knownDevice(sealing, cookie)?.device
    return device !== undefined && known.take(device)
  }
}
