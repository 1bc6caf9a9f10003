import { onCreditReport, type PaymentsSubject, settledByHand } from '#payments'
import type { ModelCredit } from './model-credits.ts'
import type { ModelRail } from './model-rail.ts'
import { found, suspense, type World } from './payments-world.ts'
import { pick } from './payments-world-acts.ts'
import { comeBack, notice, retract } from './payments-world-rail-acts.ts'

type Run = { readonly world: World; readonly rails: readonly ModelRail[] }

const owner = 'owner'

/** A report of a credit as it was at a time: its turns so far count the time. */
type CreditNews = { readonly credit: ModelCredit; readonly isReceived: boolean; readonly at: number }

/**
 * What the rails have reported or not, by credit; the cases that credits have; and the credits whose money an operator
 * has booked to its owner, and maybe not said so.
 */
type Memory = {
  readonly turns: Map<string, number>
  readonly said: CreditNews[]
  readonly cases: Map<string, string>
  readonly moved: Set<string>
}

const memories = new WeakMap<World, Memory>()

function memoryOf(world: World): Memory {
  const known = memories.get(world) ?? { turns: new Map(), said: [], cases: new Map(), moved: new Set<string>() }
  memories.set(world, known)
  return known
}

/** A rail receives a credit, or takes one back, or has it again. It says so at once, later, or at the end. */
function moveCredit({ world, rails }: Run, n: number): void {
  const rail = pick(rails, n)
  if (rail === undefined) return
  const known = pick(rail.credits.all(), n)
  const isNew = known === undefined || n % 3 === 0
  const credit = isNew ? rail.credits.receive(BigInt(1 + (n % 50))) : known
  if (!isNew) rail.credits.turn(credit)
  const { turns, said } = memoryOf(world)
  const at = (turns.get(credit.reference) ?? 0) + 1
  turns.set(credit.reference, at)
  said.push({ credit, isReceived: credit.isReceived, at })
  if (n % 2 === 0) hear(world, said.at(-1))
}

function hearSomeCredit(world: World, n: number): void {
  hear(world, pick(memoryOf(world).said, n))
}

/** Every report comes at last, the newest first. What is unknown then comes once more. */
export function hearCredits(world: World): void {
  const { said } = memoryOf(world)
  for (const news of [...said.toReversed(), ...said]) hear(world, news)
}

function hear(world: World, news: CreditNews | undefined): void {
  if (news === undefined) return
  const { credit, isReceived, at } = news
  const { rail, reference, amount } = credit
  const known = [...world.credits.values()].find((one) => one.reference === reference)
  const said = isReceived ? ({ kind: 'incoming', amount } as const) : ({ kind: 'retracted', why: 'reorg' } as const)
  const step = onCreditReport(known, { book: 1, rail, reference, asset: 'USD', at, said }, world.context)
  const refusal = world.books.book(step?.commands ?? [])
  if (refusal !== undefined) throw new Error(`the books refused a credit: ${refusal.code}`)
  if (step?.credit !== undefined) world.credits.set(step.credit.id, step.credit)
  const { cases } = memoryOf(world)
  for (const change of step?.cases ?? []) {
    if (change.change === 'open') cases.set(idOf(change.subject), change.reason)
    else cases.delete(idOf(change.subject))
  }
}

function idOf({ id }: PaymentsSubject): string {
  return id
}

/** An operator books it from suspense to its owner, or back, once. What the case is about may change before it is closed. */
function settleCredit(world: World, n: number): void {
  const { cases, moved } = memoryOf(world)
  const [id] = pick([...cases], n) ?? []
  if (id === undefined) return
  const credit = found(world.credits, id)
  if (!world.books.codes().includes(owner)) world.books.open(owner, null)
  const isIn = credit.state === 'received'
  if (isIn !== moved.has(id)) {
    const [source, destination] = isIn ? [suspense, owner] : [owner, suspense]
    const leg = { asset: 'USD', source, destination, amount: credit.amount }
    world.books.book([{ kind: 'create', book: 1, id: world.newId(), idGiven: false, ...leg }])
    if (isIn) moved.add(id)
    else moved.delete(id)
    if (n % 4 === 3) return
  }
  world.credits.set(id, settledByHand(credit))
  cases.delete(id)
}

/** What credits have in suspense. Each has a case, and so has one of which nobody has said whether it is there. */
export function creditsInSuspense(world: World): bigint {
  const { moved } = memoryOf(world)
  let sum = 0n
  for (const { id, state, amount } of world.credits.values()) {
    sum += (state === 'received' ? amount : 0n) - (moved.has(id) ? amount : 0n)
  }
  return sum
}

/** Also those of which suspense is short, or has too much, without a case. */
export function creditsWithoutCase(world: World): string[] {
  const { cases, moved } = memoryOf(world)
  return [...world.credits.values()].flatMap(({ id, state, isSettled, mayBeMoved }) => {
    const isOpen = mayBeMoved || isSettled === (state === 'retracted')
    const isAway = (state === 'received') === moved.has(id)
    return cases.has(id) === isOpen && (isOpen || isAway) ? [] : [id]
  })
}

/** What a rail reports besides ends and disputes, and an operator does about it. */
export const newsDoings = {
  come_back: comeBack,
  retract,
  notice,
  credit: moveCredit,
  hear_credit: ({ world }: Run, n: number) => hearSomeCredit(world, n),
  settle_credit: ({ world }: Run, n: number) => settleCredit(world, n),
} as const
