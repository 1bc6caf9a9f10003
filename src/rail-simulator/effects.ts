import type { Concerned } from './money-rules.ts'
import type { Operation } from './operation.ts'
import type { World } from './world.ts'

/** The operation that an operation or a request concerns; undefined when it concerns none. */
export function concernedOf(world: World, id: string | undefined): Concerned | undefined {
  const operation = id === undefined ? undefined : world.log.get(id)
  if (operation === undefined) return undefined
  const parent = operation.kind === 'capture' && operation.concerns !== undefined ? operation.concerns : undefined
  return { operation, authorization: parent === undefined ? undefined : world.log.get(parent) }
}

/** Applies a success to the operation that it concerns. A refund's money was set aside when the refund was accepted. */
export function applySuccess(world: World, operation: Operation): void {
  const concerned = concernedOf(world, operation.concerns)
  if (concerned === undefined) return
  const { operation: earlier } = concerned
  switch (operation.kind) {
    case 'increment':
      world.log.change(earlier, { capturable: earlier.capturable + operation.amount })
      break
    case 'capture':
      world.log.change(earlier, {
        capturable: operation.final ? 0n : earlier.capturable - operation.amount,
        captured: earlier.captured + operation.amount,
      })
      break
    case 'void':
      world.log.change(earlier, { capturable: 0n, isVoided: true })
      break
    case 'dispute':
      for (const each of chainOf(concerned)) world.log.change(each, { disputed: each.disputed + operation.amount })
      break
    default:
  }
}

/** Sets a refund's money aside, or returns it (`amount` below 0). */
export function setAside(world: World, operation: Operation, amount: bigint): void {
  if (operation.kind !== 'refund') return
  const concerned = concernedOf(world, operation.concerns)
  if (concerned === undefined) return
  for (const each of chainOf(concerned)) world.log.change(each, { refunded: each.refunded + amount })
}

function chainOf({ operation, authorization }: Concerned): Operation[] {
  return authorization === undefined ? [operation] : [operation, authorization]
}
