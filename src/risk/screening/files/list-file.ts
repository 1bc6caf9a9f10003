/** One file of a list, as it was downloaded. */
export type ListFile = { readonly name: string; readonly content: Uint8Array | string }

/** A list's file is not understood. Nothing of it is used. */
export class ListFileError extends Error {
  override readonly name = 'ListFileError'
  readonly file: string
  readonly line: number

  constructor({ file, line, problem }: { readonly file: string; readonly line: number; readonly problem: string }) {
    super(`${file}:${line}: ${problem}`)
    this.file = file
    this.line = line
  }
}

export const fileBytesMax = 128 * 1024 * 1024

export function textOf({ name, content }: ListFile): string {
  if (content.length > fileBytesMax) {
    throw new ListFileError({ file: name, line: 1, problem: `has more than ${fileBytesMax} bytes` })
  }
  if (typeof content === 'string') return content
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    throw new ListFileError({ file: name, line: 1, problem: 'is not UTF-8' })
  }
}
