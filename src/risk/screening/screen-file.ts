import type { EntityKind } from './entity.ts'
import { type ListFile, ListFileError, textOf } from './files/list-file.ts'
import { type CsvRow, readCsv } from './files/read-csv.ts'
import { type ScreeningResult, type Snapshot, search } from './screening.ts'
import type { SearchOptions } from './search/search.ts'
import type { ScreeningSubject } from './subject.ts'

/** The columns of a file of subjects. `id` and `names` are needed; several values of a field are separated by `;`. */
export const subjectColumns = ['id', 'names', 'kind', 'identifiers', 'births', 'countries'] as const
type Column = (typeof subjectColumns)[number]

export type ScreenedRow = {
  readonly line: number
  readonly id: string
  readonly subject: ScreeningSubject
  readonly result: ScreeningResult
}

const kinds: readonly string[] = ['person', 'organization', 'vessel', 'aircraft'] satisfies EntityKind[]

/**
 * Screens a CSV file of subjects against one version, row by row. The whole file is checked before the first row is
 * screened: a file that is not understood is refused with its line.
 */
export function* screenFile(snapshot: Snapshot, file: ListFile, options: SearchOptions): Generator<ScreenedRow> {
  for (const { line, id, subject } of readSubjects(file)) {
    yield { line, id, subject, result: search(snapshot, subject, options) }
  }
}

export function readSubjects(file: ListFile): { line: number; id: string; subject: ScreeningSubject }[] {
  const text = textOf(file)
  const fail = (line: number, problem: string): never => {
    throw new ListFileError({ file: file.name, line, problem })
  }
  const columns = (text.split('\n', 1)[0] ?? '')
    .replace(/^\ufeff/, '')
    .split(',')
    .map((column) => column.trim())
  for (const column of columns) {
    if (!(subjectColumns as readonly string[]).includes(column)) fail(1, `${JSON.stringify(column)} is no column`)
  }
  if (new Set(columns).size < columns.length) fail(1, 'a column is there twice')
  for (const needed of ['id', 'names']) if (!columns.includes(needed)) fail(1, `the column ${needed} is missing`)
  const [, ...rows] = readCsv({ file: file.name, text, fields: columns.length })
  return rows.map((row) => {
    const field = (column: Column) => row.fields[columns.indexOf(column)] ?? ''
    const subject = subjectOf(field)
    if (field('id') === '') fail(row.line, 'the id is empty')
    if (subject.names.length === 0) fail(row.line, 'there is no name')
    const kind = field('kind')
    if (kind !== '' && !kinds.includes(kind)) fail(row.line, `${JSON.stringify(kind)} is no kind`)
    return { line: row.line, id: field('id'), subject }
  })
}

function subjectOf(field: (column: Column) => string): ScreeningSubject {
  const list = (column: Column) => valuesOf(field(column))
  const kind = field('kind')
  return {
    ...(kind !== '' && { kind: kind as EntityKind }),
    names: list('names'),
    identifiers: list('identifiers'),
    births: list('births'),
    countries: list('countries'),
  }
}

function valuesOf(text: CsvRow['fields'][number]): string[] {
  return text
    .split(';')
    .map((value) => value.trim())
    .filter((value) => value !== '')
}
