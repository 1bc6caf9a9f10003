import type { Problem } from '../problems.ts'
import type { SubjectKind, SubjectSchema } from '../subject-schema.ts'
import type { Tree } from '../tree.ts'
import type { TypeName } from '../values.ts'
import type { OperandTable } from './operand-table.ts'

/** What rules may name besides the fields of their subject. */
export type Environment = {
  readonly schemas: ReadonlyMap<SubjectKind, SubjectSchema>
  readonly lists: ReadonlySet<string>
  /** Parties of a subject that are screened. */
  readonly parties: ReadonlySet<string>
  readonly thresholds: ReadonlyMap<string, TypeName>
}

export type Compilation = {
  readonly tree: Tree
  readonly schema: SubjectSchema
  readonly environment: Environment
  readonly operands: OperandTable
  readonly gives: TypeName
  /** The way to the tree, for problems. */
  readonly path: string
  /** Where a part is in the text that it came from. */
  readonly placeOf?: (part: Tree) => Pick<Problem, 'line' | 'column'>
}
