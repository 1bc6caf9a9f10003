import type { CaseReason, Payment, SubjectAction, SubjectKind } from '#payments'
import type { RailDecline, RailOperation } from '#rails'
import { createModelRail, type ModelOperation, type ModelRail, type RailPlan } from './model-rail.ts'
import { createWorld, found, type World } from './payments-world.ts'
import { newCapture, newPayment } from './payments-world-requests.ts'

export type RailScript = (operation: RailOperation, count: number) => RailPlan

/** A payment of 100 over several rails; the first one is tried first. */
export function createRailsStage(
  machines: Parameters<typeof createWorld>[0],
  scripts: Readonly<Record<string, RailScript>>,
  { parts = {}, unable = [] }: { readonly parts?: Partial<Payment>; readonly unable?: readonly string[] } = {},
) {
  const rails = Object.entries(scripts).map(([name, script]) => scriptedRail(name, script, !unable.includes(name)))
  const world = createWorld(machines, rails)
  for (const code of ['shop', 'wallet']) world.books.open(code)
  const settle = () => {
    while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
  }
  const [rail = '', ...otherRails] = rails.map(({ name }) => name)
  const { id } = newPayment(world, { source: { kind: 'rail', rail, instrument: 'x', otherRails }, ...parts })
  settle()
  const time = timeOf(world, settle)
  return {
    ...{ world, id, settle },
    ...time,
    ...sayings(world, rails, settle, time.wait),
    ...readings(world, id, rails),
    decide: (about: CaseReason, decision: SubjectAction, kind: SubjectKind = 'payment', whose = id) => {
      world.input(kind, whose, { kind: 'decision', decision, about })
      settle()
    },
    /** Accepted and started; its call is not made yet. */
    capture: (amount: bigint) => {
      const made = newCapture(world, id, amount, false)
      if (made === undefined) throw new Error('so much is held')
      world.input('capture', made.id, { kind: 'capture', capture: made })
      return made.id
    },
  }
}

export const stated = (outcome: 'succeeded' | 'failed'): SubjectAction => ({
  action: 'force',
  outcome,
  evidence: 'The statement of the rail.',
})

/** A rail that cannot refund lacks that operation. */
export function scriptedRail(name: string, script: RailScript, canRefund: boolean): ModelRail {
  const counts = new Map<RailOperation, number>()
  const rail = createModelRail(name, ({ operation }) => {
    const count = (counts.get(operation) ?? 0) + 1
    counts.set(operation, count)
    return script(operation, count)
  })
  const operations = new Set([...rail.capabilities.operations].filter((one) => canRefund || one !== 'refund'))
  return { ...rail, capabilities: { ...rail.capabilities, operations } }
}

function timeOf(world: World, settle: () => void) {
  return {
    wait: (ms: number) => {
      const until = world.now + ms * 1_000
      for (;;) {
        const due = world.timers.map(({ at }) => at)
        const first = Math.min(...due)
        if (first > until) break
        world.fire(due.indexOf(first))
        settle()
      }
      world.now = until
    },
  }
}

const never: RailDecline = { code: 'do_not_honor', remedy: 'never', message: 'No.' }

function sayings(world: World, rails: readonly ModelRail[], settle: () => void, wait: (ms: number) => void) {
  const find = (name: string, what: RailOperation): [ModelRail, ModelOperation] => {
    const rail = rails.find((one) => one.name === name)
    const operation = rail?.operations().find((made) => made.operation === what)
    if (rail === undefined || operation === undefined) throw new Error(`no ${what} of ${name}`)
    return [rail, operation]
  }
  const say = (name: string, what: RailOperation) => {
    const [rail, operation] = find(name, what)
    world.mail.push({ attempt: operation.id, outcome: rail.tell(operation) })
    settle()
  }
  return {
    say,
    operation: (name: string, what: RailOperation) => find(name, what)[1],
    happen: (name: string, what: RailOperation) => {
      const [rail, operation] = find(name, what)
      rail.settle(operation, true)
      say(name, what)
    },
    /** The rail reports failure, also in answer to an inquiry. */
    deny: (name: string, what: RailOperation, ms = 60_000) => {
      Object.assign(find(name, what)[1], { status: 'failed', decline: never, isMute: false })
      say(name, what)
      wait(ms)
    },
    affirm: (name: string, what: RailOperation) => {
      Object.assign(find(name, what)[1], { status: 'succeeded' })
      say(name, what)
    },
  }
}

function readings(world: World, id: string, rails: readonly ModelRail[]) {
  return {
    payment: () => found(world.payments, id),
    balances: () =>
      Object.fromEntries(
        world.books.codes().flatMap((code) => {
          const posted = world.books.posted(code)
          return posted === 0n ? [] : [[code, posted]]
        }),
      ),
    /** By the rails' own records. */
    net: () => rails.reduce((sum, rail) => sum + rail.net(), 0n),
    open: () => [...world.matters.values()].flatMap((matters) => matters.map(({ reason }) => reason)),
    texts: () => [...world.matters.values()].flatMap((matters) => matters.map(({ detail }) => detail)),
  }
}
