import { expect, it } from 'vitest'
import {
  chooseUpstream,
  createUpstream,
  noteAnswered,
  noteBroken,
  noteCheck,
  noteNotSent,
  type Upstream,
} from './upstream.ts'

const upstream = (name: string, also: Partial<Upstream> = {}): Upstream => ({
  ...createUpstream(name, {
    forward: () => ({ resume: () => undefined, abort: () => undefined }),
    close: async () => {},
  }),
  state: 'up',
  ...also,
})
const [a, b, c] = [upstream('a'), upstream('b', { running: 3 }), upstream('c', { running: 5 })]
const none: ReadonlySet<Upstream> = new Set()

it('takes the one of two with fewer requests', () => {
  const chosen = Array.from({ length: 30 }, (_, at) => {
    const numbers = [(at % 3) / 3, (at % 2) / 2]
    return chooseUpstream([a, b, c], none, () => numbers.shift() ?? 0)?.name
  })
  expect(new Set(chosen)).toEqual(new Set(['a', 'b']))
  expect(chosen.filter((name) => name === 'a').length).toBeGreaterThan(chosen.length / 2)
})

it('takes one that was not tried, then one that is up, then any', () => {
  const down = upstream('down', { state: 'down' })
  const leaving = upstream('leaving', { isLeaving: true })
  const choose = (all: readonly Upstream[], tried: readonly Upstream[] = []) =>
    chooseUpstream(all, new Set(tried), () => 0)?.name
  expect(choose([down, leaving, b])).toBe('b')
  expect(choose([a, b], [a])).toBe('b')
  expect(choose([a, down], [a])).toBe('down')
  expect(choose([a, down], [a, down])).toBe('a')
  expect(choose([down], [down])).toBe('down')
  expect(choose([leaving])).toBeUndefined()
})

it('is down after two failed checks, one refusal, or a connection that is refused', () => {
  const one = upstream('one')
  expect([noteCheck(one, 'failed'), one.state]).toEqual([false, 'up'])
  expect([noteCheck(one, 'failed'), one.state]).toEqual([true, 'down'])
  expect([noteCheck(one, 'ready'), one.state]).toEqual([true, 'up'])
  expect([noteCheck(one, 'refused'), one.state]).toEqual([true, 'down'])
  noteCheck(one, 'ready')
  expect([noteNotSent(one), noteNotSent(one), one.state]).toEqual([true, false, 'down'])
})

it('is down after three broken requests in a row', () => {
  const one = upstream('one')
  expect([noteBroken(one), noteBroken(one)]).toEqual([false, false])
  noteAnswered(one)
  expect([noteBroken(one), noteBroken(one), one.state]).toEqual([false, false, 'up'])
  expect([noteBroken(one), one.state]).toEqual([true, 'down'])
})
