/** Adds a value to a statement, and returns its parameter. */
export type Bind = (value: unknown) => string

/** A condition of a list, as SQL. Names of columns come from the program, never from a request. */
export type Condition = (bind: Bind) => string

export function binding(): { readonly values: unknown[]; readonly bind: Bind } {
  const values: unknown[] = []
  return { values, bind: (value) => `$${values.push(value)}` }
}

/** The condition of a part of a filter; none when the part is not given. */
export function given<Value>(value: Value | undefined, text: (value: Value, bind: Bind) => string): Condition[] {
  return value === undefined ? [] : [(bind) => text(value, bind)]
}

export function equals(column: string, value: unknown): Condition[] {
  return given(value, (known, bind) => `${column} = ${bind(known)}`)
}

export function allOf(conditions: readonly Condition[], bind: Bind): string {
  return conditions.map((condition) => condition(bind)).join(' and ') || 'true'
}
