/** A defect of the program itself. Report it; never catch it to handle it. */
export class Defect extends Error {
  override readonly name = 'Defect'
}

/** Throws a {@link Defect} when a condition fails that holds in a correct program. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Defect(message)
}

export function unreachable(value: never): never {
  throw new Defect(`unreachable value: ${String(value)}`)
}
