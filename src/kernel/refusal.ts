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
  refusal: Refusal<Code>,
): { readonly ok: false; readonly refusal: Refusal<Code> } {
  return { ok: false, refusal }
}

/** Refuses with the texts of a module. */
export function refusing<Known extends string>(texts: Readonly<Record<Known, string>>) {
  return <Code extends Known>(code: Code, param?: string) =>
    refused({ code, message: texts[code], ...(param !== undefined && { param }) })
}
