import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../scripts/random.ts'
import { interpret, type Naive } from '../../../test/support/naive-rules.ts'
import { countries, randomRules, words } from '../../../test/support/random-rules.ts'
import type { Environment } from './compile/compilation.ts'
import { compileTree } from './compile/compile-tree.ts'
import { OperandTable } from './compile/operand-table.ts'
import { Evaluation } from './evaluation.ts'
import type { Facts } from './facts.ts'
import { parseRule } from './language/parse.ts'
import { printRule } from './language/print.ts'
import { createSchema, readSubject, type Subject } from './subject-schema.ts'
import { readTree, type Tree } from './tree.ts'
import type { Amount, TypeName, Value } from './values.ts'

const rounds = process.env.MUNIM_ROUNDS === 'all' ? 20_000 : 1500

const types = ['text', 'whole', 'number', 'amount', 'time', 'duration', 'boolean', 'country', 'place', 'texts'] as const
const made = createSchema({
  kind: 'payment',
  version: 1,
  fields: [
    ...types.flatMap((type) => [
      { name: `${type}s.one`, type },
      { name: `${type}s.other`, type, optional: true },
    ]),
    { name: 'amount', type: 'amount', optional: true },
    { name: 'payer.id', type: 'text' },
  ],
})
if (!made.ok) throw new Error('the schema is wrong')
const schema = made.value
const thresholds = { most: 3 }
const environment: Environment = {
  schemas: new Map([['payment', schema]]),
  lists: new Set(['blocked']),
  parties: new Set(),
  thresholds: new Map([['most', 'whole']]),
}

/** Every answer there may be, always the same for the same question. */
const facts: Facts = {
  windows: {
    read: ({ statistic }, key) => {
      const answer = [...key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 7
      if (answer === 6) return null
      if (statistic === 'average' && answer === 5) return undefined
      return statistic === 'count' ? answer : BigInt(answer * 100)
    },
  },
  lists: { version: () => 'v1', has: ({ value }) => value.length % 2 === 1 },
  screenings: { result: () => null },
  earlier: { last: () => null },
  thresholds: { current: () => ({ value: 3, version: 'v1' }) },
}

function randomSubject(seed: number): Subject {
  const random = createRandom(seed)
  const samples: Readonly<Record<TypeName, readonly unknown[]>> = {
    text: words,
    whole: [0, 1, -7, 1000, Number.MAX_SAFE_INTEGER],
    number: [0, 0.5, -12.25, 70, 1e300],
    amount: [0, 100, -5, 123456].flatMap((minor) => ['INR', 'JPY'].map((asset) => ({ minor: String(minor), asset }))),
    time: ['2026-03-08T06:59:59.999999Z', '2026-11-01T05:30:00Z', '1999-12-31T18:30:00Z'],
    duration: [0, 3_600_000_000, -1, 86_400_000_000],
    boolean: [true, false],
    country: countries,
    place: [
      { latitude: 19.07, longitude: 72.88 },
      { latitude: -33.9, longitude: 151.2 },
    ],
    texts: [[], ['a'], ['a', 'IN', '']],
  }
  const fields: Record<string, unknown> = {}
  for (const { name, type, optional } of schema.fields) {
    if (optional !== true || random.chance(0.6)) fields[name] = random.pick(samples[type])
  }
  const at = 1_770_000_000_000_000 + random.below(1_000_000_000)
  const subject = readSubject(schema, { id: 'sub', at, fields })
  if (!subject.ok) throw new Error(JSON.stringify(subject.problems))
  return subject.value
}

const make = randomRules(schema)
const gives = ['boolean', 'boolean', 'whole', 'number', 'amount', 'time', 'duration', 'text'] as const

function randomTree(seed: number): { readonly tree: Tree; readonly type: TypeName } {
  const random = createRandom(seed)
  const type = random.pick(gives)
  return { type, tree: make(random, type, random.between({ least: 1, most: 5 })) }
}

type Compilable = { readonly tree: Tree; readonly type: TypeName }

function run({ tree, type }: Compilable, subject: Subject): Naive {
  const operands = new OperandTable()
  const compiled = compileTree({ tree, schema, environment, operands, gives: type, path: '' })
  if (!compiled.ok) throw new Error(`${printRule(tree)}: ${JSON.stringify(compiled.problems)}`)
  const evaluation = new Evaluation(operands.operands, facts)
  evaluation.begin(subject)
  const value = compiled.value.run(evaluation)
  if (value !== undefined) return { is: type, value: plain(compiled.value.type, value) }
  return evaluation.error === undefined ? { is: 'missing' } : { is: 'error', code: evaluation.error }
}

function plain(type: TypeName, value: Value): unknown {
  return ['whole', 'time', 'duration'].includes(type) ? BigInt(value as number) : value
}

/** The interpreter measures distances by another formula. */
function rounded(naive: Naive): unknown {
  if (!('value' in naive)) return naive
  const { value } = naive
  if (typeof value === 'number') return { value: Number(value.toPrecision(7)) }
  return typeof value === 'object' ? { value: `${(value as Amount).minor} ${(value as Amount).asset}` } : { value }
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 })

describe('random well-typed rules', () => {
  it('are the same tree after they were printed and read again, as text and as JSON', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { tree } = randomTree(seed)
        const parsed = parseRule(printRule(tree))
        expect(parsed.ok && parsed.value.tree, printRule(tree)).toEqual(tree)
        const read = readTree(JSON.parse(JSON.stringify(tree)))
        expect(read.ok && read.value).toEqual(tree)
      }),
      { numRuns: rounds },
    )
  })

  it('have the value that a naive interpreter finds, or are missing or an error as there', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(seeds, seeds, (seed, subjectSeed) => {
        const { tree, type } = randomTree(seed)
        const subject = randomSubject(subjectSeed)
        const naive = interpret(tree, { schema, subject, facts, thresholds })
        expect(rounded(run({ tree, type }, subject)), printRule(tree)).toEqual(rounded(naive))
        const kind = 'code' in naive ? naive.code : naive.is
        seen.set(kind, (seen.get(kind) ?? 0) + 1)
      }),
      { numRuns: rounds },
    )
    expect([...seen.keys()]).toEqual(
      expect.arrayContaining(['boolean', 'amount', 'missing', 'asset_mismatch', 'overflow']),
    )
  })

  it('have the same value after they were printed and read again', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, subjectSeed) => {
        const { tree, type } = randomTree(seed)
        const subject = randomSubject(subjectSeed)
        const again = parseRule(printRule(tree))
        expect(again.ok && run({ tree: again.value.tree, type }, subject)).toEqual(run({ tree, type }, subject))
      }),
      { numRuns: Math.ceil(rounds / 3) },
    )
  })

  it('stay what they are, or are refused with a place, when a part of their text is changed', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, place) => {
        const text = printRule(randomTree(seed).tree)
        const random = createRandom(place)
        const at = random.below(text.length + 1)
        const inserted = random.pick([
          '',
          '(',
          ')',
          '&&',
          '!',
          '"',
          '.',
          ',',
          ' in ',
          '-',
          '1',
          'x',
          '\\',
          '[',
          '?',
          ':',
          '\u0000',
        ])
        const parsed = parseRule(text.slice(0, at) + inserted + text.slice(at + random.below(4)))
        if (parsed.ok) {
          const again = parseRule(printRule(parsed.value.tree))
          expect(again.ok && again.value.tree).toEqual(parsed.value.tree)
        } else expect(parsed.problems[0]).toMatchObject({ line: expect.any(Number), column: expect.any(Number) })
      }),
      { numRuns: rounds },
    )
  })
})

describe('programs of anybody', () => {
  it('are read or refused, and nothing is thrown', () => {
    const pieces = fc.constantFrom(
      ...[
        '(',
        ')',
        '[',
        ']',
        '&&',
        '||',
        '!',
        '-',
        '.',
        ',',
        '"a"',
        '1',
        '1.5',
        'a.b',
        'in',
        'has(',
        'window(',
        '.by(',
      ],
      ...['money(', '?', ':', '==', '<', '.lower()', 'true', 'null', '\n', '\\', '"', "'", 'é', '\u0000', '.count()'],
      ...['constructor', '__proto__', 'toString(', '.constructor(', '.__proto__('],
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const parsed = parseRule(parts.join(' '))
        if (!parsed.ok) expect(parsed.problems[0]?.advice).not.toBe('')
        else
          compileTree({
            tree: parsed.value.tree,
            schema,
            environment,
            operands: new OperandTable(),
            gives: 'boolean',
            path: '',
          })
      }),
      { numRuns: rounds },
    )
  })

  it('are checked or refused as trees, whatever JSON they are', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constantFrom(null, true, 'constructor', '__proto__', '1h', 'payment'),
    )
    const kinds = [
      'field',
      'call',
      'and',
      'or',
      'set',
      'window',
      'text',
      'whole',
      'amount',
      'time',
      'duration',
      'other',
    ]
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.record({
          kind: fc.constantFrom(...kinds),
          name: fc.constantFrom('texts.one', '==', 'in', 'has', '?:', 'list', 'constructor', 'earlierAge', '+'),
          args: fc.array(tie('node'), { maxLength: 3 }),
          of: fc.array(tie('node'), { maxLength: 3 }),
          items: fc.array(tie('node'), { maxLength: 2 }),
          value: leaf,
          by: fc.array(fc.record({ field: leaf, value: tie('node') }), { maxLength: 2 }),
          where: tie('node'),
          statistic: fc.constantFrom('count', 'sum', 'constructor'),
          stream: fc.constantFrom('payment', 'party', '__proto__'),
          last: leaf,
        }),
      ),
    }))
    fc.assert(
      fc.property(node, (json) => {
        const read = readTree(json)
        if (!read.ok) return
        const { value: tree } = read
        printRule(tree)
        compileTree({ tree, schema, environment, operands: new OperandTable(), gives: 'boolean', path: '' })
      }),
      { numRuns: rounds },
    )
  })
})
