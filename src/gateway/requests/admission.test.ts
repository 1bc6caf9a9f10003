import { expect, it } from 'vitest'
import { createAdmission } from './admission.ts'
import type { RequestClass } from './request-class.ts'

function admission(runningMax: number, waitingMax: number) {
  let now = 0
  const events: string[] = []
  const made = createAdmission({ runningMax, waitingMax, nowMs: () => now })
  const leave = new Map<string, () => void>()
  const enter = (name: string, kind: RequestClass = 'urgent', sender = name) => {
    const end = made.enter({
      class: kind,
      taker: { group: sender, sender },
      begin: () => events.push(`${name} begins`),
      shed: () => events.push(`${name} is shed`),
    })
    leave.set(name, end)
  }
  const taken = () => events.splice(0)
  return { ...made, enter, leave: (name: string) => leave.get(name)?.(), taken, pass: (ms: number) => (now += ms) }
}

it('begins requests while there are places, and then as others end', () => {
  const { enter, leave, taken, waiting } = admission(5, 8)
  for (const name of ['a', 'b', 'c', 'd']) enter(name)
  expect(taken()).toEqual(['a begins', 'b begins', 'c begins'])
  expect(waiting()).toEqual({ urgent: 1, normal: 0, low: 0 })
  leave('b')
  leave('b')
  expect(taken()).toEqual(['d begins'])
})

it('begins what is urgent before what came earlier, and leaves something for the others', () => {
  const { enter, leave, taken } = admission(21, 40)
  for (let at = 0; at < 19; at += 1) enter(`first ${at}`)
  expect(taken()).toHaveLength(19)
  enter('list', 'low')
  enter('list 2', 'low')
  enter('one', 'normal')
  // A class always has one place, however much is urgent.
  expect(taken()).toEqual(['list begins', 'one begins'])
  enter('payment', 'urgent')
  leave('first 1')
  leave('first 2')
  leave('first 3')
  expect(taken()).toEqual(['payment begins'])
  leave('list')
  expect(taken()).toEqual(['list 2 begins'])
})

it('serves clients by turns, so that none takes the places of the others', () => {
  const { enter, leave, taken } = admission(3, 100)
  enter('a', 'urgent', 'greedy')
  for (let at = 0; at < 10; at += 1) enter(`more ${at}`, 'urgent', 'greedy')
  enter('other', 'urgent', 'modest')
  taken()
  leave('a')
  leave('more 0')
  expect(taken()).toEqual(['more 0 begins', 'other begins'])
})

it('sheds lists for payments when too many wait, and payments only for nothing', () => {
  const { enter, taken, waiting } = admission(1, 3)
  for (const kind of ['urgent', 'normal', 'low'] as const) enter(`${kind} runs`, kind)
  enter('list 1', 'low', 'x')
  enter('list 2', 'low', 'y')
  taken()
  expect(waiting()).toEqual({ urgent: 0, normal: 0, low: 2 })
  enter('object', 'normal', 'z')
  enter('payment 1', 'urgent', 'v')
  enter('payment 2', 'urgent', 'w')
  enter('payment 3', 'urgent', 'u')
  const shed = taken()
  expect([shed.slice(0, 2).sort(), shed.slice(2)]).toEqual([['list 1 is shed', 'list 2 is shed'], ['object is shed']])
  expect(waiting()).toEqual({ urgent: 3, normal: 0, low: 0 })
})

it('sheds what has waited for too long, lists before payments', () => {
  const { enter, taken, pass, sweep, leave } = admission(1, 100)
  for (const kind of ['urgent', 'low'] as const) enter(`${kind} runs`, kind)
  enter('list', 'low', 'a')
  enter('payment')
  enter('left')
  leave('left')
  taken()
  pass(1_999)
  sweep()
  expect(taken()).toEqual([])
  pass(1)
  sweep()
  expect(taken().sort()).toEqual(['list is shed'])
  pass(8_000)
  sweep()
  expect(taken()).toEqual(['payment is shed'])
  leave('urgent runs')
  enter('next')
  expect(taken()).toEqual(['next begins'])
})

it('payments wait before lists whose clients have left or were shed, however many clients those were', () => {
  const { enter, leave, taken, pass, sweep, waiting } = admission(10, 100)
  for (let at = 0; at < 40; at += 1) enter(`busy ${at}`)
  for (let at = 0; at < 70; at += 1) enter(`late ${at}`, 'low')
  pass(3_000)
  sweep()
  for (let at = 0; at < 70; at += 1) enter(`left ${at}`, 'low')
  for (let at = 0; at < 70; at += 1) leave(`left ${at}`)
  taken()
  let lists = 0
  while (!taken().some((event) => event.endsWith('is shed'))) enter(`list ${lists++}`, 'low')
  const urgent = waiting().urgent
  for (let at = 0; at < 20; at += 1) enter(`payer ${at}`)
  expect(taken().filter((event) => !/^list \d+ is shed$/.test(event))).toEqual([])
  expect(waiting().urgent).toBe(urgent + 20)
})

it.each(['urgent', 'normal', 'low'] as const)(
  'greedy clients leave room for the next one of their class: %s',
  (kind) => {
    const { enter, taken } = admission(100, 1_000)
    for (let at = 0; at < 60; at += 1) enter(`a ${at}`, kind, 'a')
    for (let at = 0; at < 60; at += 1) enter(`b ${at}`, kind, 'b')
    taken()
    for (let at = 0; at < 8; at += 1) enter(`other ${at}`, kind)
    expect(taken()).toEqual(Array.from({ length: 8 }, (_, at) => `other ${at} begins`))
  },
)
