import type { ModelOperation, ModelRail } from './model-rail.ts'
import type { World, WorldMessage } from './payments-world.ts'
import { pick } from './payments-world-acts.ts'

type Played = { readonly world: World; readonly rails: readonly ModelRail[] }

/** Money of any success comes back. The rail says so at once, or only when it is asked or reports everything. */
export function comeBack({ world, rails }: Played, n: number): void {
  const rail = pick(rails, n)
  const operation = pick(rail?.operations().filter(({ status }) => status === 'succeeded') ?? [], n)
  if (rail === undefined || operation === undefined) return
  if (operation.operation === 'authorize' || operation.operation === 'void') return
  const made = rail.comeBack(operation, n % 4 === 0 ? operation.amount * 2n : BigInt(1 + (n % 60)))
  if (made !== undefined && n % 3 > 0) {
    world.mail.push({ attempt: operation.id, outcome: { kind: 'returned', ...made } })
  }
}

/** The rail undoes its own report of a success, as after a reorg of a chain. */
export function retract({ world, rails }: Played, n: number): void {
  const rail = pick(rails, n)
  const operation = pick(rail?.operations().filter(isWhole) ?? [], n)
  const made = operation && rail?.comeBack(operation, operation.done)
  if (operation === undefined || made === undefined) return
  if (n % 3 > 0) {
    world.mail.push({ attempt: operation.id, outcome: { kind: 'retracted', ...made } })
  }
}

/** A success of which nothing has gone back yet. */
function isWhole({ status, operation, returns, undisputed, reserved, done, amount }: ModelOperation): boolean {
  if (status !== 'succeeded' || returns.length > 0 || done !== amount) return false
  const isIn = operation === 'charge' || operation === 'capture'
  return isIn ? reserved === 0n && undisputed === done : operation === 'refund' || operation === 'payout'
}

/** News that change nothing, such as a report in another asset. */
export function notice({ world, rails }: Played, n: number): void {
  const operation = pick(
    rails.flatMap((rail) => rail.operations()),
    n,
  )
  if (operation === undefined) return
  if (n % 3 === 2) {
    world.mail.push({ attempt: operation.id, asset: 'EUR', outcome: inFull(operation, n) })
    return
  }
  const progress = { kind: 'progress', confirmations: n % 7, required: 6 } as const
  const change = { kind: 'notice_of_change', instrument: 'GB33', code: 'C01', message: '' } as const
  world.mail.push({ attempt: operation.id, outcome: n % 2 === 0 ? progress : change })
}

function inFull({ reference: railReference, amount, returns }: ModelOperation, n: number): WorldMessage['outcome'] {
  if (n % 2 === 0) return { kind: 'succeeded', railReference, amount }
  const reason = { code: 'R01', message: '' }
  return { kind: 'returned', railReference: `${railReference}_r${returns.length + 1}`, amount, reason, occurredAt: 0 }
}
