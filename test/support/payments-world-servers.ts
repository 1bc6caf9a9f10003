import { machines } from '#payments'
import type { ModelRail } from './model-rail.ts'
import { createWorld } from './payments-world.ts'

/** What one server knows. `mayBeLost`: another one may have submitted anything, and was lost. The rails outlive both. */
export function worldOfServer(rails: readonly ModelRail[], mayBeLost: boolean) {
  const world = createWorld(machines, rails)
  Object.assign(world.context, { mayBeLost: () => mayBeLost })
  world.books.open('shop')
  const settle = () => {
    while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
  }
  const pass = (ms: number) => {
    const until = world.now + ms * 1_000
    for (settle(); ; settle()) {
      const next = Math.min(...world.timers.map(({ at }) => at))
      if (next > until) break
      world.fire(world.timers.findIndex(({ at }) => at === next))
    }
    world.now = until
  }
  const open = () => [...world.openCases.values()].map(({ why }) => why)
  return { world, settle, pass, open }
}
