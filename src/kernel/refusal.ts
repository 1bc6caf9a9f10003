/** An expected business "no": returned, never thrown. `code` is in the error catalog. */
export type Refusal<Code extends string = string> = {
  readonly code: Code
  readonly message: string
  readonly param?: string
}

export type Result<Value, Code extends string = string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal<Code> }

export function accepted<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

export function refused<Code extends string>(
  code: Code,
  message: string,
  param?: string,
): { readonly ok: false; readonly refusal: Refusal<Code> } {
  return { ok: false, refusal: param === undefined ? { code, message } : { code, message, param } }
}
