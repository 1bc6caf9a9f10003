/**
 * An expected business "no". It is returned, never thrown: the caller decides on the next step. `code` is one of the
 * error catalog's codes; `param` names the offending field when there is one.
 */
export type Refusal<Code extends string = string> = {
  readonly code: Code
  readonly message: string
  readonly param?: string
}

/** The result of a use case: its value, or the refusal. */
export type Result<Value, Code extends string = string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal<Code> }

/** Wraps a value as a successful result. */
export function accepted<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

/** Wraps a refusal. `param` is left out when the refusal concerns no single field. */
export function refused<Code extends string>(
  code: Code,
  message: string,
  param?: string,
): { readonly ok: false; readonly refusal: Refusal<Code> } {
  return { ok: false, refusal: param === undefined ? { code, message } : { code, message, param } }
}
