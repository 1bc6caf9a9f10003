import type { Payment, PaymentSource } from '#payments'
import type { ModelRail, RailPlan } from './model-rail.ts'
import { createModelRail } from './model-rail.ts'
import { createWorld, found, type World } from './payments-world.ts'

export type Stage = {
  readonly world: World
  readonly card: ModelRail
  readonly settle: () => void
  readonly wait: (ms: number) => void
  readonly callBack: (which?: 'last' | 'all') => void
  readonly payment: (id: string) => Payment
  readonly balances: () => Record<string, bigint>
}

export const cardSource: PaymentSource = { kind: 'rail', rail: 'card', instrument: 'card_ok', otherRails: [] }

export function createStage(machines: Parameters<typeof createWorld>[0], plans: readonly RailPlan[] = []): Stage {
  const rest = [...plans]
  const card = createModelRail('card', () => rest.shift() ?? { effect: 'done', isTold: true })
  const world = createWorld(machines, [card])
  for (const code of ['shop', 'partner', 'fees', 'wallet']) world.books.open(code)
  const settle = () => {
    while (world.calls.length + world.mail.length > 0) {
      if (world.calls.length > 0) world.call(0)
      else world.deliver(0)
    }
  }
  const wait = (ms: number) => {
    const until = world.now + ms * 1_000
    for (;;) {
      const due = world.timers.map(({ at }) => at)
      const first = Math.min(...due)
      if (first > until) break
      world.fire(due.indexOf(first))
      settle()
    }
    world.now = until
  }
  return {
    world,
    card,
    settle,
    wait,
    callBack: (which = 'last') => {
      const reported = card.operations().map((one) => ({ attempt: one.id, outcome: card.tell(one) }))
      world.mail.push(...(which === 'all' ? reported : reported.slice(-1)))
      settle()
    },
    payment: (id) => found(world.payments, id),
    balances: () =>
      Object.fromEntries(
        world.books
          .codes()
          .map((code): [string, bigint] => [code, world.books.posted(code)])
          .filter(([, posted]) => posted !== 0n),
      ),
  }
}
