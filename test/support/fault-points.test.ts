import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { faultPointsOf, findFaultPoints } from './fault-points.ts'

it('finds the calls, and nothing in comments and strings', () => {
  const text = `
    // faultPoint('in.a.comment')
    /* faultPoint('in.another')
     */
    const quoted = "faultPoint('in.a.text')" + \`faultPoint('in.a.template')\`
    faultPoint('one.two.before')
    faultPoint( 'one.two.after' )`
  expect(faultPointsOf(text)).toEqual(['one.two.before', 'one.two.after'])
})

it('requires literal names of words and dots', () => {
  expect(() => faultPointsOf('faultPoint(name)')).toThrow('literal')
  expect(() => faultPointsOf("faultPoint('Something')")).toThrow('room.effect.when')
})

it('every name in the sources is used once', () => {
  const names = findFaultPoints().map(({ name }) => name)
  expect(names.length).toBeGreaterThan(20)
  expect(new Set(names).size).toBe(names.length)
  // A simple reading, line by line: both must find the same points.
  const lines = globSync('src/**/*.ts').flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  expect(lines.filter((line) => /^\s*faultPoint\('/.test(line))).toHaveLength(names.length)
})
