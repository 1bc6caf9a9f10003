/** What is wrong with a rule. The codes are stable; the texts are for people. */
export type ProblemCode =
  | 'syntax'
  | 'too_long'
  | 'too_deep'
  | 'too_large'
  | 'not_a_tree'
  | 'unknown_field'
  | 'unknown_function'
  | 'unknown_list'
  | 'unknown_threshold'
  | 'unknown_party'
  | 'unknown_stream'
  | 'wrong_type'
  | 'wrong_literal'
  | 'not_here'
  | 'invalid_schema'
  | 'invalid_scenario'

export type Problem = {
  readonly code: ProblemCode
  readonly message: string
  /** What to write instead. */
  readonly advice: string
  /** From 1. Only where the rule came as text. */
  readonly line?: number
  readonly column?: number
  /** The way to the part, such as `rules/2/when/args/0`. */
  readonly path?: string
}

/** Rules come from people, so everything that reads one answers with a value or with problems, and throws nothing. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export function fine<Value>(value: Value): Checked<Value> {
  return { ok: true, value }
}

export function wrong<Value>(...problems: readonly Problem[]): Checked<Value> {
  return { ok: false, problems }
}

/** `line 2, column 7: …. Write …` */
export function problemText({ line, column, path, message, advice }: Problem): string {
  const at = line === undefined ? (path ?? '') : `line ${line}, column ${column}`
  return `${at === '' ? '' : `${at}: `}${message}. ${advice}.`
}

/** The known name that is most like the given one, if one is. */
export function nearestName(given: string, known: Iterable<string>): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of known) {
    if (name.endsWith(`.${given}`)) return name
    const distance = editDistance([...given.slice(0, 60).toLowerCase()], [...name.slice(0, 60).toLowerCase()])
    if (distance <= Math.max(1, Math.round(name.length / 3)) && distance < (best?.distance ?? 99))
      best = { name, distance }
  }
  return best?.name
}

function editDistance(one: readonly string[], other: readonly string[]): number {
  let row = other.map((_, at) => at + 1)
  for (const [up, letter] of one.entries()) {
    let [corner, left] = [up, up + 1]
    row = row.map((above, at) => {
      left = Math.min(above + 1, left + 1, corner + (letter === other[at] ? 0 : 1))
      corner = above
      return left
    })
  }
  return row.at(-1) ?? one.length
}
