import { expect, it } from 'vitest'
import { flowMermaid, flowPicture } from './flow-picture.ts'
import type { TransferRow } from './transfer.ts'

const row = (id: string, source: string, destination: string, amount: number): TransferRow => [
  id,
  Number(id.slice(1)),
  source,
  destination,
  `${amount}`,
  'EUR',
]

it('draws accounts and what flowed between them, each transfer once', () => {
  const one = { subjects: ['b'], transfers: [row('t1', 'a', 'b', 10_00), row('t2', 'a', 'b', 5_00)] }
  const other = { subjects: ['b'], transfers: [row('t2', 'a', 'b', 5_00), row('t3', 'b', 'c', 14_00)] }
  const picture = flowPicture([one, other])
  expect(
    picture.edges.map(({ source, destination, total, transfers }) => [source, destination, total, transfers]),
  ).toEqual([
    ['a', 'b', '1500', 2],
    ['b', 'c', '1400', 1],
  ])
  expect(picture.nodes).toContainEqual({ account: 'b', isSubject: true, came: { EUR: '1500' }, left: { EUR: '1400' } })
  expect(flowMermaid(picture)).toBe(
    [
      'flowchart LR',
      '  n0["a"]',
      '  n1[["b"]]',
      '  n2["c"]',
      '  n0 -->|"15.00 EUR, 2 transfers"| n1',
      '  n1 -->|"14.00 EUR"| n2',
      '',
    ].join('\n'),
  )
})

it('lets no name of an account end its label', () => {
  const picture = flowPicture([{ subjects: [], transfers: [row('t1', 'a"]; click n0 "x', '<b>\n%%', 1)] }])
  const text = flowMermaid(picture)
  expect(text).toContain('n0["a#34;#93;#59; click n0 #34;x"]')
  expect(text).toContain('n1["#60;b#62;#10;#37;#37;"]')
})

it('leaves out the smallest flows of many, and counts them', () => {
  const transfers = Array.from({ length: 70 }, (_, number) => row(`t${number}`, `a${number}`, 'b', number + 1))
  const picture = flowPicture([{ subjects: ['b'], transfers }])
  expect([picture.edges.length, picture.edgesOmitted]).toEqual([60, 10])
  expect(picture.edges[0]?.source).toBe('a10')
})
