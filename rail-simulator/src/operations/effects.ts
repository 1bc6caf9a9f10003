import type { World } from '../world.ts'
import type { Original } from './money-rules.ts'
import type { Operation } from './operation.ts'

export function originalOf(world: World, id: string | undefined): Original | undefined {
  const operation = id === undefined ? undefined : world.log.get(id)
  if (operation === undefined) return undefined
  const parent = operation.kind === 'capture' && operation.original !== undefined ? operation.original : undefined
  return { operation, authorization: parent === undefined ? undefined : world.log.get(parent) }
}

/** The money of a refund was set aside when the refund was accepted. */
export function applySuccess(world: World, operation: Operation): void {
  const original = originalOf(world, operation.original)
  if (original === undefined) return
  const { operation: earlier } = original
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
    case 'charge_return':
    case 'capture_return':
    case 'refund_return':
    case 'payout_return':
    case 'credit_return':
      noteReturn(world, operation, original)
      break
    case 'dispute':
      applyDispute(world, operation, operation.amount)
      break
    default:
  }
}

/** The disputed operations have that much more, or less, in dispute. */
export function applyDispute(world: World, dispute: Operation, amount: bigint): void {
  const original = originalOf(world, dispute.original)
  if (original === undefined) return
  for (const each of chainOf(original)) world.log.change(each, { disputed: each.disputed + amount })
}

/** The money of a refund that came back can be refunded again. */
function noteReturn(world: World, { id, amount, code, createdAt: at }: Operation, original: Original): void {
  const { operation: earlier } = original
  for (const each of chainOf(original)) world.log.change(each, { returned: each.returned + amount })
  world.log.change(earlier, { returns: [...earlier.returns, { id, amount: String(amount), code, at }] })
  setAside(world, earlier, -amount)
}

/** A negative `amount` returns the money. */
export function setAside(world: World, operation: Operation, amount: bigint): void {
  if (operation.kind !== 'refund') return
  const original = originalOf(world, operation.original)
  if (original === undefined) return
  for (const each of chainOf(original)) world.log.change(each, { refunded: each.refunded + amount })
}

function chainOf({ operation, authorization }: Original): Operation[] {
  return authorization === undefined ? [operation] : [operation, authorization]
}
