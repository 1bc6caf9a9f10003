import { expect, it } from 'vitest'
import { createStage } from '../../../../test/support/payments-world-play.ts'
import { newPayout } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'
import { hinted } from './attempt-policy.ts'

const lost = { effect: 'nothing', isTold: false, isNotYet: true } as const

/** A payout whose submission waits, while an inquiry that the rail had hinted at is answered. */
function waiting() {
  const stage = createStage(machines, [lost])
  const { world } = stage
  world.books.fund('shop', 100n)
  const { id } = newPayout(world)
  const [attempt] = world.attempts.values()
  if (attempt === undefined) throw new Error('it was submitted')
  world.input('payout', id, { kind: 'overdue', attempt: hinted(attempt) })
  // The rail has not heard of it, and says so before it gets it.
  world.call(1)
  const submissions = () => world.calls.filter(({ ask }) => ask === 'submit').length
  return { ...stage, id, submissions }
}

it('an answer from before a submission was sent does not bring another one', () => {
  const { world, settle, submissions } = waiting()
  world.deliver(0)
  expect(submissions()).toBe(1)
  settle()
  expect([world.attempts.size, submissions()]).toEqual([1, 0])
})

it('nothing is submitted again when an answer from before is heard after the rail said "not yet"', () => {
  const { world, settle, wait, submissions } = waiting()
  const [early] = world.mail.splice(0)
  settle()
  wait(10_000)
  if (early !== undefined) world.mail.push(early)
  world.deliver(0)
  expect(submissions()).toBe(0)
  // The model rail throws when it is submitted again.
  wait(120_000)
  expect([...world.openCases.values()].map(({ why }) => why)).toEqual(['outcome_unknown'])
})

it('of two inquiries of one moment, no answer "never received" leads to a submission', () => {
  const { world, card, settle, wait } = createStage(machines, [{ effect: 'latent', isTold: false }])
  world.books.fund('shop', 100n)
  const { id } = newPayout(world)
  settle()
  const hint = () => {
    const [attempt] = world.attempts.values()
    if (attempt === undefined) throw new Error('it was submitted')
    world.input('payout', id, { kind: 'overdue', attempt: hinted(attempt) })
  }
  hint()
  hint()
  expect(world.calls.map(({ ask, at }) => [ask, at])).toEqual([
    ['inquire', world.now],
    ['inquire', world.now],
  ])
  world.call(0)
  // It happens between the two.
  card.surface()
  world.deliver(0)
  expect(world.calls.map(({ ask }) => ask)).toEqual(['inquire'])
  settle()
  wait(120_000)
  expect([card.net(), world.books.posted('shop'), world.openCases.size]).toEqual([-100n, 0n, 0])
})
