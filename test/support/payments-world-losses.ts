import type { Timer } from '#payments'
import { found, type World } from './payments-world.ts'

/** Timers whose handling failed: each is a dead letter, which has a case. */
export type DeadTimers = Timer[]

/** An answer or a callback never arrives. */
export function loseAnswer({ mail }: World, n: number): void {
  if (mail.length > 0) mail.splice(n % mail.length, 1)
}

/** The process ends after the commit and before the call. */
export function loseCall({ calls }: World, n: number): void {
  if (calls.length > 0) calls.splice(n % calls.length, 1)
}

/** Its handling fails until nobody repeats it. */
export function loseTimer(world: World, dead: DeadTimers, n: number): void {
  if (world.timers.length === 0) return
  const [timer] = world.timers.splice(n % world.timers.length, 1)
  if (timer === undefined) return
  world.now = Math.max(world.now, timer.at)
  dead.push(timer)
}

export function replayTimers(world: World, dead: DeadTimers): void {
  world.timers.push(...dead.splice(0))
}

/** An operator discards all dead letters of a subject, which goes on from its current state. */
export function discardTimer(world: World, dead: DeadTimers, n: number): void {
  const one = dead[n % Math.max(1, dead.length)]
  if (one === undefined) return
  const { kind, id } = one.subject
  dead.splice(0, dead.length, ...dead.filter(({ subject }) => subject.id !== id))
  const decision = { action: 'force', outcome: 'succeeded', evidence: 'Not needed.' } as const
  world.input(kind, id, { kind: 'decision', decision, about: 'dead_letter' })
}

/** A worker was frozen: its batch, which began before others, is committed after them. */
export function beLate(world: World, n: number): void {
  const { now } = world
  const [message] = world.mail
  if (message === undefined) return
  const { createdAt } = found(world.attempts, message.attempt)
  world.now = Math.max(createdAt, now - (n % 3_000) * 1_000)
  world.deliver(0)
  world.now = now
}
