import { expect, it } from 'vitest'
import { createModelRail, type ModelRail, type RailPlan } from '../../../../test/support/model-rail.ts'
import { found } from '../../../../test/support/payments-world.ts'
import { newCapture, newPayment, newRefund } from '../../../../test/support/payments-world-requests.ts'
import { worldOfServer } from '../../../../test/support/payments-world-servers.ts'
import type { Payment } from '../../payment.ts'

// A lost server has carried out a request. It is repeated, and what it does not name is another amount or instrument now.

const done: RailPlan = { effect: 'done', isTold: true }
const duplicate = { code: 'duplicate', remedy: 'never', message: 'The key was used.' } as const
const clearing = 'rails:card:clearing:USD'

/** Some rails answer as before, and some refuse the same key with other content. */
const rails: readonly (readonly [how: string, rail: () => ModelRail])[] = [
  ['answers as before', () => createModelRail('card', () => done)],
  [
    'refuses the key',
    () => {
      const rail = createModelRail('card', () => done)
      const isOther = (id: string, amount: bigint) =>
        rail.operations().some((one) => one.id === id && one.amount !== amount)
      const { submit } = rail
      return Object.assign(rail, {
        submit: (call: Parameters<ModelRail['submit']>[0]) =>
          isOther(call.id, call.amount) ? ({ kind: 'failed', decline: duplicate } as const) : submit(call),
      })
    },
  ],
]

const source = { kind: 'rail', rail: 'card', instrument: 'any', otherRails: [] } as const

function servers(rail: ModelRail, capture: Payment['capture'] = 'automatic') {
  const [lost, next] = [worldOfServer([rail], false), worldOfServer([rail], true)]
  const { id } = newPayment(lost.world, { source, capture, amount: 200n })
  lost.settle()
  const know = () => {
    for (const name of ['payments', 'attempts'] as const) {
      for (const [key, row] of lost.world[name]) next.world[name].set(key, row as never)
    }
  }
  return { lost, next, id, know }
}

it.each(rails)('a refund of all is of another amount, and its rail %s', (_, rail) => {
  const card = rail()
  const { lost, next, id, know } = servers(card)
  know()
  next.world.books.fund('shop', 200n)
  const refund = (server: typeof lost, amount: bigint, instrument: string) => {
    const { world, pass } = server
    const payment = found(world.payments, id)
    world.payments.set(id, { ...payment, source: { ...source, instrument } })
    const made = newRefund(world, id, { id: 'back', amount, from: [{ account: 'shop', amount }] })
    world.input('refund', made?.id ?? '', { kind: 'start' })
    pass(60_000)
  }
  refund(lost, 80n, 'any')
  refund(next, 120n, 'erased')
  const { posted } = next.world.books
  expect([card.net(), posted(clearing), posted('shop'), posted('suspense:USD')]).toEqual([120n, 80n, 120n, 0n])
  expect([found(next.world.refunds, 'back').reason, next.open()]).toEqual(['wrong_amount', ['wrong_amount']])
})

it.each(rails)('a capture of all is of another amount, and its rail %s', (_, rail) => {
  const card = rail()
  const { lost, next, id, know } = servers(card, 'manual')
  know()
  const capture = (server: typeof lost, amount: bigint) => {
    const made = newCapture(server.world, id, amount, true)
    if (made === undefined) throw new Error('held')
    server.world.captures.delete(made.id)
    const one = { ...made, id: 'taken' }
    server.world.captures.set(one.id, one)
    server.world.input('capture', one.id, { kind: 'capture', capture: one })
    server.pass(60_000)
  }
  capture(lost, 200n)
  capture(next, 150n)
  const { posted } = next.world.books
  expect([card.net(), posted(clearing), posted('suspense:USD'), next.open()]).toEqual([
    200n,
    -200n,
    200n,
    ['wrong_amount'],
  ])
})

it.each(rails)('an order is paid at another price, and its rail %s', (_, rail) => {
  const card = rail()
  const [lost, next] = [worldOfServer([card], false), worldOfServer([card], true)]
  newPayment(lost.world, { source, id: 'paid', amount: 300n })
  lost.settle()
  newPayment(next.world, { source: { ...source, instrument: 'erased' }, id: 'paid', amount: 350n })
  next.pass(60_000)
  const { posted } = next.world.books
  expect([card.net(), posted(clearing), posted('suspense:USD'), next.open()]).toEqual([
    300n,
    -300n,
    300n,
    ['wrong_amount'],
  ])
})
