import { Environment } from '@marcbachmann/cel-js'
import { Engine } from 'json-rules-engine'

/** amount > least && level <= most && country in countries */
export type PlainRule = {
  readonly id: string
  readonly least: number
  readonly most: number
  readonly countries: readonly string[]
}

export type PlainFacts = { readonly amount: number; readonly level: number; readonly country: string }

/** Counts the rules that hit. */
export type Baseline = (facts: PlainFacts) => number | Promise<number>

export function celBaseline(rules: readonly PlainRule[]): Baseline {
  const environment = new Environment()
    .registerVariable('amount', 'int')
    .registerVariable('level', 'int')
    .registerVariable('country', 'string')
  const programs = rules.map(({ least, most, countries }) =>
    environment.parse(`amount > ${least} && level <= ${most} && country in ${JSON.stringify(countries)}`),
  )
  return ({ amount, level, country }) => {
    const given = { amount: BigInt(amount), level: BigInt(level), country }
    let hits = 0
    for (const program of programs) if (program(given) === true) hits += 1
    return hits
  }
}

export function jsonRulesBaseline(rules: readonly PlainRule[]): Baseline {
  const engine = new Engine(
    rules.map(({ id, least, most, countries }) => ({
      conditions: {
        all: [
          { fact: 'amount', operator: 'greaterThan', value: least },
          { fact: 'level', operator: 'lessThanInclusive', value: most },
          { fact: 'country', operator: 'in', value: [...countries] },
        ],
      },
      event: { type: id },
    })),
  )
  return async (facts) => (await engine.run(facts)).events.length
}
