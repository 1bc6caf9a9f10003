import { assert } from '#kernel'
import { createHealthSync, type HealthSync, type HealthSyncDeps } from './health-sync.ts'
import { createKeySync, type KeySyncDeps, type RailKeys } from './keys/key-sync.ts'
import type { AnnouncedMaintenance } from './keys/maintenance-store.ts'
import type { RailHealth } from './rail.ts'
import type { KeyHealth } from './rail-parts.ts'

/** `keys`: the parts of the rail that are not up. `maintenance`: announced, now and later. */
export type RailParts = {
  readonly keys: readonly KeyHealth[]
  readonly maintenance: readonly AnnouncedMaintenance[]
}

export type RailsHealth = HealthSync & {
  readonly keys: (rail: string) => RailKeys | undefined
  readonly health: (rail: string) => RailHealth
  readonly parts: (rail: string) => RailParts
}

/** Of the rails, and of the parts of them. */
export function createRailsHealth(
  deps: HealthSyncDeps & {
    readonly rails: KeySyncDeps['adapters']
    readonly onKeyChanged: KeySyncDeps['onChanged']
  },
): RailsHealth {
  const healthSync = createHealthSync(deps)
  const keySync = createKeySync({ ...deps, adapters: deps.rails, onChanged: deps.onKeyChanged })
  return {
    ...healthSync,
    keys: keySync.of,
    health: (rail) => {
      const view = healthSync.view(rail)
      assert(view, `there is a rail ${rail}`)
      const away = keySync.of(rail)?.isAway()
      return away === undefined ? view.health() : { rail, state: 'down', since: away.startsAt, retryAt: away.endsAt }
    },
    parts: (rail) => {
      const keys = keySync.of(rail)
      return { keys: keys?.health() ?? [], maintenance: keys?.maintenance() ?? [] }
    },
    start: async () => {
      await healthSync.start()
      await keySync.start()
    },
    stop: async () => {
      await Promise.all([healthSync.stop(), keySync.stop()])
    },
  }
}
