import { once } from 'node:events'
import { createWriteStream, existsSync, realpathSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { type CsvRecord, formatCsvLine } from './csv-records.ts'
import { CliFailure } from './failure.ts'
import type { LineRefusal } from './import-lines.ts'

/** The refused lines of an import: `line,code,reason` and then the columns of the file. */
export type RejectsFile = {
  readonly add: (record: CsvRecord, refusal: LineRefusal) => Promise<void>
  readonly close: () => Promise<void>
}

/** Begins the file anew. Fails when it cannot be written or is the file being imported. */
export async function createRejectsFile(
  path: string,
  input: { readonly path: string; readonly header: readonly string[]; readonly delimiter: string },
): Promise<RejectsFile> {
  if (existsSync(path) && realpathSync(path) === realpathSync(input.path)) {
    throw new CliFailure('--rejects: that is the file being imported')
  }
  const stream = createWriteStream(path, { flags: 'w' })
  await once(stream, 'open')
  let failure: Error | undefined
  stream.on('error', (error) => {
    failure = error
  })
  const add = async (fields: readonly string[]) => {
    if (failure) throw new CliFailure(`--rejects: ${failure.message}`)
    if (!stream.write(formatCsvLine(fields, input.delimiter))) await once(stream, 'drain')
  }
  await add(['line', 'code', 'reason', ...input.header])
  return {
    add: (record, refusal) => add([String(record.line), refusal.code, refusal.reason, ...record.fields]),
    close: async () => {
      stream.end()
      await finished(stream)
    },
  }
}
