import { MunimError } from '@munim/sdk'
import { describe, expect, it } from 'vitest'
import type { CsvRecord } from './csv-records.ts'
import { batchLinesMax, type ImportSteps, importLines, type LineOutcome, type RefusedLine } from './import-lines.ts'

type Request = { readonly line: number }

function fileOf(
  count: number,
  taken: { lines: number } = { lines: 0 },
  fieldsOf = (line: number) => [`f${line}`, 'x'],
) {
  async function* records(): AsyncGenerator<CsvRecord[], void, void> {
    for (let line = 2; line < count + 2; line += 1_000) {
      const lines = Array.from({ length: Math.min(1_000, count + 2 - line) }, (_, n) => line + n)
      taken.lines += lines.length
      yield lines.map((at) => ({ line: at, text: fieldsOf(at).join(','), fields: fieldsOf(at) }))
    }
  }
  return { header: ['a', 'b'], delimiter: ',', records: records(), bytesTotal: 0, bytesRead: () => 0 }
}

const steps = (more: Partial<ImportSteps<Request>>): ImportSteps<Request> => ({
  file: fileOf(0),
  prepare: ({ line }) => ({ line }),
  send: async (requests) => requests.map(() => 'booked' as const),
  onRefused: async () => undefined,
  onProgress: () => undefined,
  now: () => 0,
  ...more,
})

const shown = ({ record, refusal }: RefusedLine): [number, string] => [record.line, refusal.code]

describe('an import', () => {
  it('sends every line once, in the order of the file, one batch at a time', async () => {
    const sent: number[] = []
    let underWay = 0
    const summary = await importLines(
      steps({
        file: fileOf(12_345),
        send: async (requests) => {
          underWay += 1
          expect(underWay).toBe(1)
          expect(requests.length).toBeLessThanOrEqual(batchLinesMax)
          await new Promise((resolve) => setTimeout(resolve, 5))
          sent.push(...requests.map(({ line }) => line))
          underWay -= 1
          return requests.map(() => 'booked' as const)
        },
      }),
    )
    expect(sent).toEqual(Array.from({ length: 12_345 }, (_, n) => n + 2))
    expect(summary).toEqual({ lines: 12_345, booked: 12_345, replayed: 0, refused: {}, seconds: 0 })
  })

  it('reads no further than one batch ahead of the server', async () => {
    const taken = { lines: 0 }
    let acknowledged = 0
    let ahead = 0
    await importLines(
      steps({
        file: fileOf(60_000, taken),
        send: async (requests) => {
          await new Promise((resolve) => setTimeout(resolve, 20))
          ahead = Math.max(ahead, taken.lines - acknowledged)
          acknowledged += requests.length
          return requests.map(() => 'booked' as const)
        },
      }),
    )
    expect(acknowledged).toBe(60_000)
    expect(ahead).toBeGreaterThan(batchLinesMax)
    expect(ahead).toBeLessThanOrEqual(3 * batchLinesMax)
  })

  it('counts lines that were booked, already there or refused, and reports refused lines in order', async () => {
    const outcomes: LineOutcome[] = ['booked', 'replayed', { code: 'insufficient_funds', reason: 'too little' }]
    const refused: [number, string][] = []
    const summary = await importLines(
      steps({
        file: fileOf(7, undefined, (line) => (line === 3 ? ['only one'] : [`f${line}`, 'x'])),
        prepare: ({ line }) => (line === 5 ? { code: 'invalid_amount', reason: 'no number' } : { line }),
        send: async (requests) => requests.map((_, at): LineOutcome => outcomes[at % 3] ?? 'booked'),
        onRefused: async (lines) => void refused.push(...lines.map(shown)),
      }),
    )
    expect(summary).toMatchObject({ lines: 7, booked: 2, replayed: 2 })
    expect(summary.refused).toEqual({ invalid_line: 1, invalid_amount: 1, insufficient_funds: 1 })
    expect(refused).toEqual([
      [3, 'invalid_line'],
      [5, 'invalid_amount'],
      [6, 'insufficient_funds'],
    ])
  })

  it('finds the line for which the server refuses a whole batch, and keeps the order of the others', async () => {
    const sent: number[] = []
    const refused: [number, string][] = []
    const summary = await importLines(
      steps({
        file: fileOf(100),
        send: async (requests) => {
          if (requests.some(({ line }) => line === 40 || line === 41)) {
            throw new MunimError(400, { code: 'invalid_request', detail: 'one of them' })
          }
          sent.push(...requests.map(({ line }) => line))
          return requests.map(() => 'booked' as const)
        },
        onRefused: async (lines) => void refused.push(...lines.map(shown)),
      }),
    )
    expect(summary).toMatchObject({ lines: 100, booked: 98, refused: { invalid_request: 2 } })
    expect(refused).toEqual([
      [40, 'invalid_request'],
      [41, 'invalid_request'],
    ])
    expect(sent).toEqual([...sent].sort((a, b) => a - b))
  })

  it('stops at the first batch that fails, and sends none after it', async () => {
    let batches = 0
    const done: number[] = []
    const failing = importLines(
      steps({
        file: fileOf(30_000),
        send: async (requests) => {
          batches += 1
          if (batches === 2) throw new MunimError(503, { code: 'unavailable', detail: 'away' })
          return requests.map(() => 'booked' as const)
        },
        onProgress: ({ lines }) => void done.push(lines),
      }),
    )
    await expect(failing).rejects.toMatchObject({
      message:
        'unavailable: away. Stopped. Lines done before: 2500 (2500 booked, 0 there already, 0 refused); the same command goes on from there.',
      cause: { status: 503 },
      done: { lines: batchLinesMax, booked: batchLinesMax, replayed: 0, refused: {} },
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(batches).toBe(2)
    expect(done).toEqual([batchLinesMax])
  })

  it('imports the lines before the one where reading fails, and reports them', async () => {
    const sent: number[] = []
    const { records, ...file } = fileOf(3_000)
    async function* broken(): typeof records {
      yield* records
      throw new Error('line 3002: a quoted field that begins here does not end.')
    }
    const failing = importLines(
      steps({
        file: { ...file, records: broken() },
        send: async (requests) => {
          await new Promise((resolve) => setTimeout(resolve, 5))
          sent.push(...requests.map(({ line }) => line))
          return requests.map(() => 'booked' as const)
        },
      }),
    )
    await expect(failing).rejects.toMatchObject({
      message: expect.stringMatching(/^line 3002: .* does not end\. Stopped\. Lines done before: 3000 \(3000 booked/),
      done: { lines: 3_000, booked: 3_000 },
    })
    expect(sent).toEqual(Array.from({ length: 3_000 }, (_, n) => n + 2))
  })

  it('counts the whole batch even if its refused lines cannot be recorded', async () => {
    const failing = importLines(
      steps({
        file: fileOf(100),
        send: async (requests) =>
          requests.map(({ line }): LineOutcome => (line % 2 === 0 ? 'booked' : { code: 'x', reason: 'y' })),
        onRefused: async () => {
          throw new Error('no space left on device')
        },
      }),
    )
    await expect(failing).rejects.toMatchObject({ done: { lines: 100, booked: 50, refused: { x: 50 } } })
  })

  it('ignores one empty field after the last column', async () => {
    const fields = [
      ['a', 'b'],
      ['a', 'b', ''],
      ['a', 'b', 'c'],
      ['a', 'b', '', ''],
    ]
    const summary = await importLines(steps({ file: fileOf(4, undefined, (line) => fields[line - 2] ?? []) }))
    expect(summary).toMatchObject({ lines: 4, booked: 2, refused: { invalid_line: 2 } })
  })
})
