import { expect, it } from 'vitest'
import { createModelRail, type ModelRail, type RailPlan } from '../../../../test/support/model-rail.ts'
import { found } from '../../../../test/support/payments-world.ts'
import { acceptCancel, newPayment } from '../../../../test/support/payments-world-requests.ts'
import { worldOfServer } from '../../../../test/support/payments-world-servers.ts'
import { retried } from '../machines.ts'

// A payment is retried over two rails, and the retry is repeated on a server that has lost it.

const done: RailPlan = { effect: 'done', isTold: true }
const refusing: RailPlan = {
  ...{ effect: 'declined', isTold: true },
  decline: { code: 'operation_not_supported', remedy: 'rail', message: 'Another way.' },
}
const source = { kind: 'rail', rail: 'card', instrument: 'any', otherRails: ['bank'] } as const
type Server = ReturnType<typeof worldOfServer>

/** Each declines its first submission. */
function decliningRails(): readonly [ModelRail, ModelRail] {
  const once = (name: string) => {
    const plans = [refusing]
    return createModelRail(name, () => plans.shift() ?? done)
  }
  return [once('card'), once('bank')]
}

function failed({ world, pass }: Server): string {
  const { id } = newPayment(world, { source })
  pass(60_000)
  expect(found(world.payments, id).state).toBe('failed')
  return id
}

function retry({ world }: Server, id: string): void {
  world.payments.set(id, retried(found(world.payments, id), { ...source, instrument: 'other' }, 'again'))
}

function start({ world, pass }: Server, id: string): void {
  world.input('payment', id, { kind: 'start' })
  pass(600_000)
}

function expectOnce(rails: readonly ModelRail[], { world, open }: Server, net: bigint): void {
  const booked = rails.map(({ name }) => world.books.posted(`rails:${name}:clearing:USD`))
  expect([rails.reduce((sum, rail) => sum + rail.net(), 0n), open()]).toEqual([net, []])
  expect(booked.reduce((sum, one) => sum + one, 0n)).toBe(-net)
}

/** Both servers have the payment as it failed. */
function bothFailed() {
  const rails = decliningRails()
  const lost = worldOfServer(rails, false)
  const id = failed(lost)
  const next = worldOfServer(rails, true)
  next.world.payments.set(id, found(lost.world.payments, id))
  for (const [key, attempt] of lost.world.attempts) next.world.attempts.set(key, attempt)
  return { rails, lost, next, id }
}

it('is charged once, when the payment is repeated as well', () => {
  const rails = decliningRails()
  const [lost, next] = [worldOfServer(rails, false), worldOfServer(rails, true)]
  for (const server of [lost, next]) {
    const id = failed(server)
    retry(server, id)
    start(server, id)
    expect(found(server.world.payments, id).state).toBe('succeeded')
  }
  expect(rails.map((rail) => rail.net())).toEqual([100n, 0n])
  expectOnce(rails, next, 100n)
})

it('is charged once in the end, when another rail had taken it because the first was down', () => {
  const { rails, lost, next, id } = bothFailed()
  const [card, bank] = rails
  card.isUp = false
  retry(lost, id)
  start(lost, id)
  expect(bank.net()).toBe(100n)
  card.isUp = true
  retry(next, id)
  start(next, id)
  expect(found(next.world.payments, id).state).toBe('succeeded')
  expectOnce(rails, next, 100n)
})

it('is refunded, when its repetition is canceled before any rail is asked', () => {
  const { rails, lost, next, id } = bothFailed()
  retry(lost, id)
  start(lost, id)
  retry(next, id)
  acceptCancel(next.world, id)
  start(next, id)
  expect(found(next.world.payments, id).state).toBe('canceled')
  expectOnce(rails, next, 0n)
})

it('is refunded, when its repetition is refused', () => {
  const { rails, lost, next, id } = bothFailed()
  retry(lost, id)
  start(lost, id)
  const refused = { request: 'again', rail: 'card', instrument: 'other', reason: 'account_frozen' }
  next.world.input('payment', id, { kind: 'start', lost: refused })
  next.pass(600_000)
  expect(found(next.world.payments, id).state).toBe('failed')
  expectOnce(rails, next, 0n)
})
