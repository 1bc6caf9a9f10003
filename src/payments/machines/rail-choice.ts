import type { RailOperation } from '#rails'
import type { MachineContext } from '../machine.ts'

type Choice = {
  /** In the order of preference. */
  readonly rails: readonly string[]
  readonly operation: RailOperation
  readonly asset: string
}

/** The rails that can do it, in their order; a rail of which no capabilities are known is left out. */
function capableRails({ rails, operation, asset }: Choice, context: MachineContext): readonly string[] {
  return rails.filter((rail) => {
    const capabilities = context.capabilities(rail)
    if (capabilities === undefined || !capabilities.operations.has(operation)) return false
    return capabilities.assets === undefined || capabilities.assets.has(asset)
  })
}

/** The first rail that is up; when none is, the first that can do it: it will be waited for. */
export function firstRail(choice: Choice, context: MachineContext): string | undefined {
  const capable = capableRails(choice, context)
  return capable.find(context.isUp) ?? capable[0]
}

/** Another rail after `rail` in the order: for what `rail` declined, whether it is up or not. */
export function railAfter(rail: string, choice: Choice, context: MachineContext): string | undefined {
  return firstRail({ ...choice, rails: choice.rails.slice(choice.rails.indexOf(rail) + 1) }, context)
}

/** As {@link railAfter}, only one that is up: instead of waiting for `rail`. */
export function upRailAfter(rail: string, choice: Choice, context: MachineContext): string | undefined {
  const other = railAfter(rail, choice, context)
  return other !== undefined && context.isUp(other) ? other : undefined
}
