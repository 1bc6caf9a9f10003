import type { ModelRail } from './model-rail.ts'
import type { World } from './payments-world.ts'
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
