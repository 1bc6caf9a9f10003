import { expect, it } from 'vitest'
import { machines, subjectKinds } from '#payments'
import { matrixOf } from './support/payments-matrix.ts'

/** As many inputs lead to the states whose every input is listed. */
const depth = 4

it.each(subjectKinds)('the %s machine answers every input in every state as its table says', async (kind) => {
  const { lines, states, inputs, wrong } = matrixOf(machines, kind, depth)
  console.info(`${kind}: ${states} states, ${inputs} answers to inputs`)
  expect(wrong.slice(0, 30)).toEqual([])
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../src/payments/machines/matrix/${kind}.txt`)
})
