import type { Operand } from '../evaluation.ts'

/** The operands of a scenario, each once. */
export class OperandTable {
  readonly operands: Operand[] = []
  readonly #slots = new Map<string, number>()

  slotOf(operand: Operand): number {
    const known = this.#slots.get(operand.id)
    if (known !== undefined) return known
    const slot = this.operands.length
    this.operands.push(operand)
    this.#slots.set(operand.id, slot)
    return slot
  }
}
