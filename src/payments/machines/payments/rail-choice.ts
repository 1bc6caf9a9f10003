import type { RailOperation } from '#rails'
import type { MachineContext } from '../../machine.ts'

type Choice = {
  /** In the order of preference. */
  readonly rails: readonly string[]
  readonly operation: RailOperation
  readonly asset: string
  /** One after the other, each after the outcome at the one before: another may have it already. */
  readonly isFixed: boolean
}

export function capableRails({ rails, operation, asset }: Choice, context: MachineContext): readonly string[] {
  return rails.filter((rail) => {
    const capabilities = context.capabilities(rail)
    if (capabilities === undefined || !capabilities.operations.has(operation)) return false
    return capabilities.assets === undefined || capabilities.assets.has(asset)
  })
}

/** Prefers a rail that is up. Otherwise the operation waits for the first capable one. */
export function firstRail(choice: Choice, context: MachineContext): string | undefined {
  const capable = capableRails(choice, context)
  return (choice.isFixed ? undefined : capable.find(context.isUp)) ?? capable[0]
}

/** For an operation that `rail` declined: a capable rail after it, preferably one that is up. */
export function railAfter(rail: string, choice: Choice, context: MachineContext): string | undefined {
  return firstRail({ ...choice, rails: choice.rails.slice(choice.rails.indexOf(rail) + 1) }, context)
}

/** Without an outcome at `rail`. */
export function upRailAfter(rail: string, choice: Choice, context: MachineContext): string | undefined {
  if (choice.isFixed) return undefined
  const other = railAfter(rail, choice, context)
  return other !== undefined && context.isUp(other) ? other : undefined
}
