import { MunimError } from '@munim/sdk'
import type { CsvRecord } from './csv-records.ts'
import { CliFailure, messageOf } from './failure.ts'
import type { ImportFile } from './import-file.ts'

export type LineRefusal = { readonly code: string; readonly reason: string }

export type PreparedLine<Request> =
  | { readonly record: CsvRecord; readonly request: Request }
  | { readonly record: CsvRecord; readonly refusal: LineRefusal }

/** `replayed`: an earlier run, or an earlier attempt of this run, has booked it. */
export type LineOutcome = 'booked' | 'replayed' | LineRefusal

export type ImportCounts = {
  readonly lines: number
  readonly booked: number
  readonly replayed: number
  readonly refused: Readonly<Record<string, number>>
}
export type ImportSummary = ImportCounts & { readonly seconds: number }

export type RefusedLine = { readonly record: CsvRecord; readonly refusal: LineRefusal }

export type ImportSteps<Request> = {
  readonly file: ImportFile
  readonly prepare: (record: CsvRecord) => Request | LineRefusal
  /** Must send the requests in order, and return the outcomes by index. */
  readonly send: (requests: readonly Request[]) => Promise<readonly LineOutcome[]>
  readonly onRefused: (lines: readonly RefusedLine[]) => Promise<void>
  readonly onProgress: (counts: ImportCounts) => void
  readonly now: () => number
}

/** Enough to keep the server busy, few enough to repeat cheaply. */
export const batchLinesMax = 2_500

/**
 * Sends the lines of a file in order. Only one batch is in flight, so the order holds even when it is retried. Only the
 * next batch is read meanwhile. On failure it throws with the counts so far; another run continues from there.
 */
export async function importLines<Request extends object>(steps: ImportSteps<Request>): Promise<ImportSummary> {
  const startedMs = steps.now()
  const counts = { lines: 0, booked: 0, replayed: 0, refused: {} as Record<string, number> }
  const finish = async (batch: readonly PreparedLine<Request>[]) => {
    const refused = await sendBatch(steps, batch, counts)
    steps.onProgress(counts)
    if (refused.length > 0) await steps.onRefused(refused)
  }
  let underWay = Promise.resolve()
  try {
    for await (const batch of readBatches(steps)) {
      await underWay
      underWay = finish(batch)
      // The next await sees the failure; until then it must not count as unhandled.
      underWay.catch(() => undefined)
    }
    await underWay
  } catch (error) {
    const failure = await underWay.then(
      () => error,
      (before: unknown) => before,
    )
    throw stopped(failure, counts)
  }
  return { ...counts, seconds: Math.round(steps.now() - startedMs) / 1000 }
}

export function countRefused({ refused }: ImportCounts): number {
  return Object.values(refused).reduce((sum, count) => sum + count, 0)
}

function stopped(cause: unknown, counts: ImportCounts): CliFailure {
  const { lines, booked, replayed } = counts
  const refused = countRefused(counts)
  const done = `Lines done before: ${lines} (${booked} booked, ${replayed} there already, ${refused} refused)`
  const why = messageOf(cause).replace(/\.?$/, '.')
  return new CliFailure(`${why} Stopped. ${done}; the same command goes on from there.`, { cause, done: { ...counts } })
}

async function sendBatch<Request>(
  steps: Pick<ImportSteps<Request>, 'send'>,
  batch: readonly PreparedLine<Request>[],
  counts: { lines: number; booked: number; replayed: number; readonly refused: Record<string, number> },
): Promise<RefusedLine[]> {
  const requests = batch.flatMap((line) => ('request' in line ? [line.request] : []))
  const outcomes = requests.length === 0 ? [] : await sendOrSplit(steps.send, requests)
  if (outcomes.length < requests.length) throw new Error('the server answered fewer lines than it was sent')
  const refused: RefusedLine[] = []
  let answered = 0
  for (const line of batch) {
    const outcome = 'request' in line ? outcomes[answered++] : line.refusal
    if (outcome === undefined) throw new Error('the server left out an answer')
    counts.lines += 1
    if (typeof outcome === 'string') counts[outcome] += 1
    else {
      counts.refused[outcome.code] = (counts.refused[outcome.code] ?? 0) + 1
      refused.push({ record: line.record, refusal: outcome })
    }
  }
  return refused
}

async function* readBatches<Request extends object>(
  steps: ImportSteps<Request>,
): AsyncGenerator<PreparedLine<Request>[], void, void> {
  let batch: PreparedLine<Request>[] = []
  let fault: { readonly error: unknown } | undefined
  try {
    for await (const records of steps.file.records) {
      for (const record of records) {
        batch.push(prepareLine(steps, record))
        if (batch.length < batchLinesMax) continue
        yield batch
        batch = []
      }
    }
  } catch (error) {
    fault = { error }
  }
  if (batch.length > 0) yield batch
  if (fault) throw fault.error
}

function prepareLine<Request extends object>(steps: ImportSteps<Request>, record: CsvRecord): PreparedLine<Request> {
  const { header } = steps.file
  if (record.broken !== undefined) return { record, refusal: { code: 'invalid_line', reason: record.broken } }
  const columns = record.fields.length
  // A delimiter at the end of a line does not add a column.
  const endsWithDelimiter = columns === header.length + 1 && record.fields.at(-1) === ''
  if (columns !== header.length && !endsWithDelimiter) {
    const reason = `the line has ${columns} columns, the header ${header.length}`
    return { record, refusal: { code: 'invalid_line', reason } }
  }
  const prepared = steps.prepare(record)
  return isRefusal(prepared) ? { record, refusal: prepared } : { record, request: prepared }
}

function isRefusal(prepared: object): prepared is LineRefusal {
  return 'code' in prepared && 'reason' in prepared
}

/** When a batch's body is refused as a whole, sends its halves in order. So only the lines at fault are refused. */
async function sendOrSplit<Request>(
  send: (requests: readonly Request[]) => Promise<readonly LineOutcome[]>,
  requests: readonly Request[],
): Promise<readonly LineOutcome[]> {
  try {
    return await send(requests)
  } catch (error) {
    if (!(error instanceof MunimError) || !aboutTheBody.has(error.status)) throw error
    if (requests.length === 1) return [{ code: error.code, reason: error.message }]
    const middle = Math.ceil(requests.length / 2)
    const before = await sendOrSplit(send, requests.slice(0, middle))
    return [...before, ...(await sendOrSplit(send, requests.slice(middle)))]
  }
}

const aboutTheBody: ReadonlySet<number> = new Set([400, 413, 422])
