import type { Facts, WindowSpec } from './facts.ts'
import type { Subject } from './subject-schema.ts'
import type { TypeName, Value } from './values.ts'

/** Why a part of a rule has no value although nothing that it reads is missing. */
export type EvaluationError =
  | 'overflow'
  | 'division_by_zero'
  | 'asset_mismatch'
  | 'not_a_place'
  | 'window_unavailable'
  | 'list_unavailable'
  | 'screening_unavailable'
  | 'earlier_unavailable'
  | 'threshold_unavailable'
  | 'not_recorded'

/** What an operand had when a decision was stored. */
export type Recorded = {
  readonly key: string | undefined
  readonly value: Value | undefined
  readonly error: EvaluationError | undefined
  readonly version: string | undefined
}

/** A value, or undefined: what it needs is missing, or there was an error, which the evaluation then knows. */
export type Evaluator = (evaluation: Evaluation) => Value | undefined

/** Something from outside of the subject. It is read once for each subject, however many rules ask for it. */
export type Operand = {
  readonly kind: 'window' | 'list' | 'screening' | 'earlier' | 'threshold'
  /** In the text form. Equal operands of one scenario share a slot. */
  readonly id: string
  readonly type: TypeName
  /** Of the list, the threshold, the party or the field. */
  readonly name: string
  readonly window?: WindowSpec
  /** What is asked for, such as the key of a window; undefined when a part of it is missing. */
  readonly key: (evaluation: Evaluation) => string | undefined
  readonly load: (evaluation: Evaluation, key: string) => Value | undefined
}

const noSubject: Subject = { kind: 'payment', id: '', at: 0, values: [] }

/** The state of one evaluation. A scenario has one, and uses it for every subject in turn. */
export class Evaluation {
  subject: Subject = noSubject
  values: readonly (Value | undefined)[] = []
  facts: Facts
  /** The first error of the rule that is being evaluated. */
  error: EvaluationError | undefined = undefined
  readonly operands: readonly Operand[]
  /** Of a replay, by the id of the operand: nothing else is then read. */
  recorded: ReadonlyMap<string, Recorded> | undefined = undefined
  /** By slot of the operand. */
  readonly loaded: (Value | undefined)[]
  readonly keys: (string | undefined)[]
  readonly failures: (EvaluationError | undefined)[]
  readonly #stamps: number[]
  #stamp = 0

  constructor(operands: readonly Operand[], facts: Facts) {
    this.operands = operands
    this.facts = facts
    this.loaded = operands.map(() => undefined)
    this.keys = operands.map(() => undefined)
    this.failures = operands.map(() => undefined)
    this.#stamps = operands.map(() => 0)
  }

  begin(subject: Subject): void {
    this.subject = subject
    this.values = subject.values
    this.error = undefined
    this.#stamp += 1
  }

  fail(error: EvaluationError): undefined {
    this.error ??= error
    return undefined
  }

  read(slot: number): Value | undefined {
    if (this.#stamps[slot] !== this.#stamp) this.#load(slot)
    const value = this.loaded[slot]
    if (value === undefined) this.error ??= this.failures[slot]
    return value
  }

  /** Whether the subject's rules have asked for it. */
  wasRead(slot: number): boolean {
    return this.#stamps[slot] === this.#stamp
  }

  #load(slot: number): void {
    const operand = this.operands[slot]
    if (operand === undefined) return
    const before = this.error
    this.error = undefined
    const key = operand.key(this)
    this.keys[slot] = key
    if (this.recorded !== undefined) this.loaded[slot] = this.#recall(operand, key)
    else this.loaded[slot] = key === undefined ? undefined : operand.load(this, key)
    this.failures[slot] = this.error
    this.error = before
    this.#stamps[slot] = this.#stamp
  }

  #recall({ id }: Operand, key: string | undefined): Value | undefined {
    const recorded = this.recorded?.get(id)
    if (recorded === undefined || recorded.key !== key) return this.fail('not_recorded')
    if (recorded.error !== undefined) this.error ??= recorded.error
    return recorded.value
  }
}
