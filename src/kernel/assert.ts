/** A defect of the program itself: never caught to be handled, only to be reported. */
export class Defect extends Error {
  override readonly name = 'Defect'
}

/** Asserts a condition that holds if the program is correct; throws a {@link Defect} when it does not. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Defect(message)
}

/** Marks a branch that the types rule out. */
export function unreachable(value: never): never {
  throw new Defect(`unreachable value: ${String(value)}`)
}
