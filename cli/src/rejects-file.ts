import { statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { formatCsvLine } from './csv-records.ts'
import { CliFailure } from './failure.ts'
import { undecodable } from './file-encoding.ts'
import type { RefusedLine } from './import-lines.ts'

/** The columns are `line,code,reason`, then those of the imported file. */
export type RejectsFile = {
  readonly add: (lines: readonly RefusedLine[]) => Promise<void>
  readonly close: () => Promise<void>
}

export async function createRejectsFile(
  path: string,
  input: { readonly path: string; readonly header: readonly string[]; readonly delimiter: string },
): Promise<RejectsFile> {
  if (isSameFile({ one: path, other: input.path })) throw new CliFailure('--rejects: that is the file being imported')
  const rows = (fields: readonly (readonly string[])[]) =>
    fields.map((row) => formatCsvLine(row, input.delimiter).replaceAll(undecodable, '\uFFFD')).join('')
  let file: FileHandle | undefined
  const attempt = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work()
    } catch (error) {
      throw new CliFailure(`--rejects: ${path} cannot be written: ${(error as Error).message}.`, { cause: error })
    }
  }
  try {
    file = await attempt(() => open(path, 'w'))
    const handle = file
    const write = (text: string) => attempt(() => handle.writeFile(text))
    await write(rows([['line', 'code', 'reason', ...input.header]]))
    return {
      add: (lines) =>
        write(
          rows(lines.map(({ record, refusal }) => [`${record.line}`, refusal.code, refusal.reason, ...record.fields])),
        ),
      close: () => attempt(() => handle.close()),
    }
  } catch (error) {
    await file?.close().catch(() => undefined)
    throw error
  }
}

function isSameFile({ one, other }: { readonly one: string; readonly other: string }): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }))
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino
}
