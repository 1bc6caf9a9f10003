import type { RailOperation } from '#rails'
import type { MachineContext } from '../../machine.ts'

type Choice = {
  /** In the order of preference. */
  readonly rails: readonly string[]
  readonly operation: RailOperation
  readonly asset: string
}

/** The rails that can do it, in their order; a rail whose capabilities are not known is left out. */
function capableRails({ rails, operation, asset }: Choice, context: MachineContext): readonly string[] {
  return rails.filter((rail) => {
    const capabilities = context.capabilities(rail)
    if (capabilities === undefined || !capabilities.operations.has(operation)) return false
    return capabilities.assets === undefined || capabilities.assets.has(asset)
  })
}

/** The first capable rail that is up; when none is up, the first capable one, which the operation then waits for. */
export function firstRail(choice: Choice, context: MachineContext): string | undefined {
  const capable = capableRails(choice, context)
  return capable.find(context.isUp) ?? capable[0]
}

/** Another capable rail after `rail` in the order, up or not: for an operation that `rail` declined. */
export function railAfter(rail: string, choice: Choice, context: MachineContext): string | undefined {
  return firstRail({ ...choice, rails: choice.rails.slice(choice.rails.indexOf(rail) + 1) }, context)
}

/** Like {@link railAfter}, but only a rail that is up: instead of waiting for `rail`. */
export function upRailAfter(rail: string, choice: Choice, context: MachineContext): string | undefined {
  const other = railAfter(rail, choice, context)
  return other !== undefined && context.isUp(other) ? other : undefined
}
